import * as z from "zod";
import { SCRIPTED } from "../kit/script.ts";

/** One line of the script: what goes wrong with the next `times` requests that match. */
export const Trouble = z.discriminatedUnion("kind", [
  z.strictObject({
    ...SCRIPTED,
    kind: z.literal("status"),
    status: z.int().min(300).max(599),
    code: z.string(),
    message: z.string(),
    retryAfterSeconds: z.int().min(0).optional(),
    /** For redirects, which are not followed by whoever is careful. */
    location: z.string().optional(),
  }),
  /** A gateway answers in the service's place, with a page of HTML. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("page"), status: z.int().min(200).max(599) }),
  /** Works only after `ms`, even if the client has given up by then. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("hang"), ms: z.int().min(0) }),
  z.strictObject({ ...SCRIPTED, kind: z.literal("resetBeforeCommit") }),
  /** Done, and the answer is lost. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("resetAfterCommit") }),
  /** Accepted, as ever, and the run fails: nobody sees a card. */
  z.strictObject({ ...SCRIPTED, kind: z.literal("failedRun"), code: z.string(), message: z.string() }),
]);
export type Trouble = z.infer<typeof Trouble>;

/** The answer that the script gives in the service's place; undefined when the service is to do its work. */
export function scripted(trouble: Trouble | undefined) {
  switch (trouble?.kind) {
    case undefined:
    case "hang":
    case "failedRun":
    case "resetAfterCommit":
      return undefined;
    case "resetBeforeCommit":
      return { status: 0 };
    case "status": {
      const { status, code, message, retryAfterSeconds, location } = trouble;
      const headers = {
        ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
        ...(location !== undefined && { location }),
      };
      return { status, headers, body: { error: { code, message } } };
    }
    case "page":
      return { status: trouble.status, headers: { "content-type": "text/html" }, body: PAGE };
  }
}

const PAGE = "<!doctype html><title>Bad Gateway</title><h1>Bad Gateway</h1>";
