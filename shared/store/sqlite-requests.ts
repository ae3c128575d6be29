import * as z from "zod";
import { jsonIn } from "../request/json.ts";
import { ApprovalRequest } from "../request/request.ts";
import type { Texts } from "./sqlite-texts.ts";

const BodyRow = z.object({ template: z.int().nullable(), body: z.string() });

/**
 * What reads a request out of a row. What somebody made unreadable is as good as gone: it must not keep what is beside it
 * from being read.
 */
export const requestReader =
  (texts: Texts) =>
  (row: unknown): ApprovalRequest | null => {
    const { template, body } = BodyRow.parse(row);
    return requestIn(texts.read({ template, filling: body }));
  };

/** The request that a text is; null where it is none. */
export const requestIn = (said: string): ApprovalRequest | null =>
  ApprovalRequest.safeParse(jsonIn(said)).data ?? null;
