import * as z from "zod";
import { Instant } from "../../connection/connection.ts";
import type { Standing } from "../../policy-in-force/port.ts";
import type { Table } from "./table.ts";

/** One row: the policy that an instance of the app spoke of last. */
const KEY = { partitionKey: "policy", rowKey: "standing" };
/** One row: when the newest signed policy was signed. */
const SIGNED = { partitionKey: "policy", rowKey: "signed" };
const SignedRow = z.object({ at: Instant });
/** Each time another instance was first. */
const MAX_ATTEMPTS = 10;
const StandingRow = z.object({ hash: z.string(), since: Instant });

/** The store's memory of the policy in force. */
export const standingIn = (table: Table): Standing => ({
  newestSigned: async (at) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await table.get(SIGNED);
      const known = SignedRow.safeParse(before).data;
      if (known !== undefined && known.at >= at) return known.at;
      const row = { ...SIGNED, at };
      const step =
        before === null
          ? ({ kind: "create", row } as const)
          : ({ kind: "replace", row, etag: before.etag } as const);
      if ((await table.write([step])) === "done") return at;
    }
    throw new Error("other instances write down when their policies were signed again and again");
  },
  since: async (hash, at) => {
    const known = StandingRow.safeParse(await table.get(KEY)).data;
    // A moment that is to come was written by a clock that was wrong, or by somebody else.
    if (known?.hash === hash && Date.parse(known.since) <= Date.parse(at)) return known.since;
    await table.write([{ kind: "put", row: { ...KEY, hash, since: at } }]);
    return at;
  },
});
