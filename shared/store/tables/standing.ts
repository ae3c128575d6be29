import * as z from "zod";
import { Instant } from "../../connection/connection.ts";
import type { Standing } from "../../policy-in-force/port.ts";
import type { Table } from "./table.ts";

/** One row: the policy that an instance of the app spoke of last. */
const KEY = { partitionKey: "policy", rowKey: "standing" };
/** One row for each number of signatures: when the newest policy had them. */
const signedKey = (needed: number) => ({
  partitionKey: "policy",
  rowKey: `signed-${String(needed).padStart(2, "0")}`,
});
const SignedRow = z.object({ at: Instant });
/** Each time another instance was first. */
const MAX_ATTEMPTS = 10;
const StandingRow = z.object({ hash: z.string(), since: Instant });

/** The store's memory of the policy in force. */
export const standingIn = (table: Table): Standing => ({
  newestSigned: async (at, needed) => {
    const own = await sign(table, at, needed);
    const { partitionKey: partition, rowKey: after } = signedKey(needed);
    let newest = own;
    for await (const row of table.rows({ partition, after, before: "signed-~" })) {
      const known = SignedRow.safeParse(row).data;
      if (known !== undefined && known.at > newest) newest = known.at;
    }
    return newest;
  },
  since: async (hash, at) => {
    const known = StandingRow.safeParse(await table.get(KEY)).data;
    // A moment that is to come was written by a clock that was wrong, or by somebody else.
    if (known?.hash === hash && Date.parse(known.since) <= Date.parse(at)) return known.since;
    await table.write([{ kind: "put", row: { ...KEY, hash, since: at } }]);
    return at;
  },
});

/** Moves the moment of one row forward, never back. @returns what it is then */
async function sign(table: Table, at: Instant, needed: number): Promise<Instant> {
  const key = signedKey(needed);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = await table.get(key);
    const known = SignedRow.safeParse(before).data;
    if (known !== undefined && known.at >= at) return known.at;
    const row = { ...key, at };
    const step =
      before === null
        ? ({ kind: "create", row } as const)
        : ({ kind: "replace", row, etag: before.etag } as const);
    if ((await table.write([step])) === "done") return at;
  }
  throw new Error("other instances write down when their policies were signed again and again");
}
