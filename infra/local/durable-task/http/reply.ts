import type { HttpReply } from "../contract.ts";

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** A reply whose body is JSON text already. */
export function rawJson(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { status, headers: { ...JSON_TYPE, ...headers }, body };
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpReply {
  return rawJson(status, JSON.stringify(value), headers);
}

export function empty(status: number): HttpReply {
  return { status, headers: {}, body: "" };
}

/** The extension's error shape: one member, with a capital letter. */
export function problem(status: number, Message: string): HttpReply {
  return json(status, { Message });
}
