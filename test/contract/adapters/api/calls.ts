import { afterAll, beforeAll } from "vitest";
import { type RunningHost, runHost } from "../../functions-host/host.ts";

/** One app for all of them: to start one takes longer than most of what is asked. */
let host: RunningHost;

beforeAll(async () => {
  host = await runHost(import.meta.dirname);
});
afterAll(() => host.end("SIGTERM"));

export async function ask(path: string, body?: unknown) {
  const response = await fetch(`${host.url}/api/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Any method, as nobody. */
export const byNobody = (method: string, path: string) => fetch(`${host.url}/api/${path}`, { method });

/** A GET as somebody, with what else is sent. */
export const get = (path: string, as: string, headers: Record<string, string> = {}) =>
  fetch(`${host.url}/api/${path}`, { headers: { authorization: `Bearer ${as}`, ...headers } });
