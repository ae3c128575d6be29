import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Endpoints } from "../../infra/local/supervisor/endpoints.ts";

const Log = z.object({
  value: z.array(
    z.object({
      id: z.number(),
      time: z.iso.datetime(),
      method: z.string(),
      path: z.string(),
      effective: z.boolean(),
    }),
  ),
});

const POLL_MS = 20;

/** Calls the ARM stand-in's control interface. */
export async function control(
  { armControl }: Endpoints,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(new URL(path, armControl.url), {
    method,
    headers: { "x-control-key": armControl.key, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

/** Follows ARM's request log and tells when a connection was written to, by ARM's own clock. */
export class ArmWrites {
  readonly #endpoints: Endpoints;
  readonly #waiting = new Map<string, (epochMs: number) => void>();
  readonly #stopped = new AbortController();

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  /** The moment, in epoch ms, at which ARM takes the answer for this connection. */
  answered(name: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(name.toLowerCase(), resolve));
  }

  /** Runs until `stop`. */
  async follow(): Promise<void> {
    for (let after = 0; !this.#stopped.signal.aborted; await sleep(POLL_MS)) {
      const { value } = Log.parse(await control(this.#endpoints, "GET", `/_control/requests?after=${after}`));
      for (const { id, time, method, path, effective } of value) {
        after = id;
        if (method !== "PUT" || !effective) continue;
        const name = path.toLowerCase().split("/privateendpointconnections/")[1] ?? "";
        this.#waiting.get(name)?.(Date.parse(time));
        this.#waiting.delete(name);
      }
    }
  }

  stop(): void {
    this.#stopped.abort();
  }
}
