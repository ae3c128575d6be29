import type { RequestId } from "../../connection/connection.ts";
import { requestIdIn } from "./keys.ts";
import type { Records } from "./records.ts";
import { settlementsIn } from "./repair.ts";
import { KINDS } from "./rows.ts";
import type { Views } from "./views.ts";

/** What is known from the records alone. What people have not been told yet, and what is under way, is not. */
const FROM_RECORDS = [
  KINDS.head,
  KINDS.open,
  KINDS.openAt,
  KINDS.approval,
  KINDS.record,
  KINDS.newest,
  KINDS.oldest,
  KINDS.deadline,
  KINDS.closing,
] as const;

/**
 * Writes everything anew that finds requests and records, and then takes away what nobody wrote since: so the app can go
 * on meanwhile. Rows of what people have not been told yet stay as they are.
 */
export async function rebuild(
  { records, views }: { records: Records; views: Views },
  told: (requests: number) => void = () => undefined,
): Promise<void> {
  const begunAt = await views.serviceTime();
  let count = 0;
  for await (const part of records.ids("")) {
    const id = requestIdIn(part);
    if (id !== null) await rewrite({ records, views }, id);
    told(++count);
  }
  for (const kind of FROM_RECORDS)
    for await (const { partitionKey, rowKey, timestamp } of views.all(kind))
      if (Date.parse(timestamp) < Date.parse(begunAt))
        await views.table.write([{ kind: "remove", row: { partitionKey, rowKey } }]);
}

async function rewrite({ records, views }: { records: Records; views: Views }, id: RequestId): Promise<void> {
  await views.rewrite(id, async () => {
    const settlements = settlementsIn(await records.of(id));
    const request = settlements[0]?.latest;
    return request === undefined ? null : { settlements, request };
  });
}
