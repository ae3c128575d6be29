import { type Posted, PostedMessage } from "../../request/store.ts";
import { postedKey } from "./rows.ts";
import type { Table } from "./table.ts";

/** The store's memory of messages. What is none, whoever wrote it, counts as lost. */
export const postedIn = (table: Table): Posted => ({
  of: async ({ requestId, channel }) =>
    PostedMessage.safeParse(await table.get(postedKey(requestId, channel))).data ?? null,
  keep: async ({ requestId, channel }, { id, asked }) =>
    void (await table.write([{ kind: "put", row: { ...postedKey(requestId, channel), id, asked } }])),
});
