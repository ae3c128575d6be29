import type { RequestId } from "../../connection/connection.ts";
import { Fault } from "../../connection/fault.ts";
import { reasonOf } from "../../text.ts";
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
  const refused: string[] = [];
  let count = 0;
  for await (const part of records.ids(null)) {
    const id = requestIdIn(part);
    if (id !== null) await rewrite({ records, views }, id).catch(refusedBy(id, refused));
    told(++count);
  }
  if (refused.length > 0)
    throw new Error(
      `No row can hold what somebody wrote into the records of ${refused.length} of the requests, the first of them ${refused[0]} All others were made anew, and nothing was taken away. Run "npm run audit -- verify".`,
    );
  await takeAwayBefore(begunAt, views);
}

/** One request whose records no row can hold must not keep the others from being found. */
const refusedBy = (id: RequestId, refused: string[]) => (error: unknown) => {
  if (error instanceof Fault && error.isTransient) throw error;
  refused.push(`${id}: ${reasonOf(error, 300)}`);
};

/** What finds an open request stays while an append is under way: nobody knows yet what that makes of it. */
async function takeAwayBefore(begunAt: string, views: Views): Promise<void> {
  const underWay = new Set<string>();
  for await (const { id } of views.notes()) underWay.add(id);
  const mayGo = (rowKey: string) =>
    !isOfOpen(rowKey) || !rowKey.split("!").some((part) => underWay.has(part));
  for (const kind of FROM_RECORDS)
    for await (const { partitionKey, rowKey, timestamp } of views.all(kind))
      if (Date.parse(timestamp) < Date.parse(begunAt) && mayGo(rowKey))
        await views.table.write([{ kind: "remove", row: { partitionKey, rowKey } }]);
}

const isOfOpen = (rowKey: string): boolean =>
  [KINDS.open, KINDS.openAt].some((kind) => rowKey.startsWith(`${kind}!`));

async function rewrite({ records, views }: { records: Records; views: Views }, id: RequestId): Promise<void> {
  await views.rewrite(id, async () => {
    const settlements = settlementsIn(await records.of(id));
    const request = settlements[0]?.latest;
    return request === undefined ? null : { settlements, request };
  });
}
