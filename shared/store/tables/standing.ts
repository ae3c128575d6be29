import * as z from "zod";
import { Instant } from "../../connection/connection.ts";
import type { Standing } from "../../policy-in-force/port.ts";
import type { Table } from "./table.ts";

/** One row: the policy that an instance of the app spoke of last. */
const KEY = { partitionKey: "policy", rowKey: "standing" };
/** One row for each who signs: when they signed the newest policy that was in force. */
const signedKey = (name: string) => ({ partitionKey: "policy", rowKey: `signed-${name}` });
const SignedRow = z.object({ at: Instant });
/** Each time another instance was first. */
const MAX_ATTEMPTS = 10;
const StandingRow = z.object({ hash: z.string(), since: Instant });

/** The store's memory of the policy in force. */
export const standingIn = (table: Table): Standing => ({
  newestSignatures: async (names) => {
    const rows = await Promise.all(names.map((name) => table.get(signedKey(name))));
    return new Map(
      names.flatMap((name, index) => {
        const row = rows[index] ?? null;
        return row === null ? [] : [[name, SignedRow.parse(row).at]];
      }),
    );
  },
  signed: async (signatures) => {
    await Promise.all([...signatures].map(([name, at]) => sign(table, name, at)));
  },
  since: async (hash, at) => {
    const known = StandingRow.safeParse(await table.get(KEY)).data;
    // A moment that is to come was written by a clock that was wrong, or by somebody else.
    if (known?.hash === hash && Date.parse(known.since) <= Date.parse(at)) return known.since;
    await table.write([{ kind: "put", row: { ...KEY, hash, since: at } }]);
    return at;
  },
});

/** Moves the moment of one row forward, never back. */
async function sign(table: Table, name: string, at: Instant): Promise<void> {
  const key = signedKey(name);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = await table.get(key);
    if (before !== null && SignedRow.parse(before).at >= at) return;
    const row = { ...key, at };
    const step =
      before === null
        ? ({ kind: "create", row } as const)
        : ({ kind: "replace", row, etag: before.etag } as const);
    if ((await table.write([step])) === "done") return;
  }
  throw new Error("other instances write down when their policies were signed again and again");
}
