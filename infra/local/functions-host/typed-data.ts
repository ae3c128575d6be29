import { isUtf8 } from "node:buffer";
import type { TypedData } from "../durable-task/contract.ts";

/** A value that may be null on the worker's wire. */
interface Nullable<T> {
  readonly value: T;
}

/** An HTTP request as the host hands it to the worker; maps in their nullable form, header names in lower case. */
interface HttpData {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly nullableHeaders: Record<string, Nullable<string>>;
  readonly nullableQuery: Record<string, Nullable<string>>;
  readonly nullableParams: Record<string, Nullable<string>>;
  readonly body?: { readonly bytes: Uint8Array };
}

/** What a trigger or input binding can receive. */
export type InputData = TypedData | { readonly http: HttpData };

/** A map in the nullable form. */
export function nullableMap(entries: Iterable<readonly [string, string]>): Record<string, Nullable<string>> {
  return Object.fromEntries([...entries].map(([key, value]) => [key, { value }]));
}

/** Any JSON value as typed data. */
export const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });

/** Message bytes as a Node function receives them: text when they are UTF-8, else the bytes. */
export function textOrBytes(bytes: Uint8Array): TypedData {
  return isUtf8(bytes) ? { string: Buffer.from(bytes).toString("utf8") } : { bytes };
}
