import * as z from "zod";
import { SCRIPTED } from "../kit/script.ts";

/** One line of the script: what goes wrong with the next `times` requests that match. */
export const Trouble = z.discriminatedUnion("kind", [
  z.strictObject({
    ...SCRIPTED,
    kind: z.literal("throttled"),
    retryAfterSeconds: z.int().min(0).optional(),
    /** As ARM writes it, or as RFC 9110 §10.2.3 also allows. */
    retryAfterForm: z.enum(["seconds", "date"]).optional(),
  }),
  z.strictObject({ ...SCRIPTED, kind: z.literal("conflict"), code: z.string(), message: z.string() }),
  z.strictObject({
    ...SCRIPTED,
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    code: z.string(),
    message: z.string(),
    details: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
  }),
  /** A gateway answers in ARM's place, with a page of HTML; ARM hears nothing of the request. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("page"), status: z.int().min(200).max(599) }),
  /** Done, but the answer has no body. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("empty") }),
  /** Works only after `ms`, even if the client has given up by then. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("hang"), ms: z.int().min(0) }),
  /** Done at once but answered 202, with links that say InProgress for `ms`; of a cluster or a connection of it. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("accepted"), ms: z.int().min(0) }),
  /** What the request is about is deleted right before it, as if somebody else had been quicker; without an event. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("deleted"), what: z.enum(["connection", "cluster"]) }),
  z.strictObject({ ...SCRIPTED, kind: z.literal("resetBeforeCommit") }),
  z.strictObject({ ...SCRIPTED, kind: z.literal("resetAfterCommit") }),
]);
export type Trouble = z.infer<typeof Trouble>;
