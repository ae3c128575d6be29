import { recipientsOf } from "../../../../shared/notify/recipients.ts";
import { writeDown } from "../../../../shared/request/life.ts";
import { openTableStore } from "../../../../shared/store/tables/open.ts";
import { later } from "../../../fixtures/builders.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { type Blow, entryOf, REQUESTS, trailNumber } from "./blows.ts";

/** Adds records to the same requests as everybody else, as fast as it can, until it is killed; says what was taken. */
const [connectionString = "", prefix = "", name = ""] = process.argv.slice(2);
const warn = (line: string) => process.stderr.write(`${line}\n`);
const recipients = recipientsOf({ channels: [{ name: "log" }], subscribers: [] });
const store = await openTableStore({ account: { connectionString }, prefix, recipients, warn });

async function strike(token: string): Promise<Blow | null> {
  const number = Math.floor(Math.random() * REQUESTS);
  const begin = trailNumber(number);
  const before = await store.read(begin.request.id);
  if (before === null) {
    await store.append(begin);
    return null;
  }
  const change = writeDown(before, [entryOf(before, token)], later(before.seq), SEALS);
  const isTaken = await store.append(change);
  return isTaken ? { number, seq: change.request.seq, token } : null;
}

async function hammer(lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const blow = await strike(`${name}-${lane}-${n}`);
    if (blow !== null) process.send?.({ blow });
  }
}

await Promise.all([1, 2, 3].map(hammer));
