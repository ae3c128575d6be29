import type { ContainerServiceContext } from "@azure/arm-containerservice/api";
import type { CallOptions } from "./arm-client.ts";

/** An answer over plain REST. */
interface RestAnswer {
  readonly status: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * GETs what the SDK has no operation for. Throws what the SDK throws for its own operations.
 * @param query beside the api-version, not encoded yet
 */
export async function getRest(
  context: ContainerServiceContext,
  path: string,
  apiVersion: string,
  { abortSignal, onResponse }: CallOptions,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const queryParameters = { ...query, "api-version": apiVersion };
  return bodyOf(await context.pathUnchecked(path).get({ queryParameters, abortSignal, onResponse }));
}

/** POSTs JSON, and only to read: nothing here is ever sent twice or taken back. Throws as `getRest` does. */
export async function postRest(
  context: ContainerServiceContext,
  path: string,
  apiVersion: string,
  body: object,
  { abortSignal, onResponse }: CallOptions,
): Promise<unknown> {
  const queryParameters = { "api-version": apiVersion };
  return bodyOf(await context.pathUnchecked(path).post({ queryParameters, body, abortSignal, onResponse }));
}

function bodyOf({ status, body, headers }: RestAnswer): unknown {
  if (status !== "200") throw restError(Number(status), body, (name) => headers[name]);
  return body;
}

/** An answer that is no success, in the shape that the SDK throws for its own operations. */
export const restError = (
  status: number,
  body: unknown,
  header: (name: string) => string | undefined,
): Error =>
  Object.assign(new Error(`ARM answered ${status}`), {
    statusCode: status,
    details: body,
    response: { headers: { get: header } },
  });
