import * as z from "zod";
import { Instant } from "../../connection/connection.ts";
import type { Standing } from "../../policy-in-force/port.ts";
import type { Table } from "./table.ts";

/** One row: the policy that an instance of the app spoke of last. */
const KEY = { partitionKey: "policy", rowKey: "standing" };
const StandingRow = z.object({ hash: z.string(), since: Instant });

/** The store's memory of the policy in force. */
export const standingIn = (table: Table): Standing => ({
  since: async (hash, at) => {
    const known = StandingRow.safeParse(await table.get(KEY)).data;
    // A moment that is to come was written by a clock that was wrong, or by somebody else.
    if (known?.hash === hash && Date.parse(known.since) <= Date.parse(at)) return known.since;
    await table.write([{ kind: "put", row: { ...KEY, hash, since: at } }]);
    return at;
  },
});
