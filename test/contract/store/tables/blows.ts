import type { Change } from "../../../../shared/request/life.ts";
import type { AuditRecord, Entry } from "../../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../../shared/request/request.ts";
import { anEntry, asked, reopened } from "../../../fixtures/entries.ts";
import { trailOf } from "../store-under-test.ts";

/** So many requests are hammered. */
export const REQUESTS = 50;

/** A record that was taken, as the process that wrote it was told. */
export interface Blow {
  readonly number: number;
  readonly seq: number;
  /** What no other record says. */
  readonly token: string;
}

export const trailNumber = (number: number): Change => trailOf(`hammered-${number}`);

/** What may be added to a request, whatever state it is in: it is asked about, closed, and opened again. */
export function entryOf({ state }: ApprovalRequest, token: string): Entry {
  const next = { assessing: asked(), waiting: anEntry.superseded, closed: reopened() }[String(state)];
  if (next === undefined) throw new Error(`Nothing is added to a request that is ${state}.`);
  return { ...next, sentence: token };
}

export const tokenOf = ({ sentence }: AuditRecord): string => sentence;
