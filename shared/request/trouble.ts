import type { ApprovalRequest } from "./request.ts";

/** What stands in the way of an open request for the moment; what needs somebody most comes first. */
export const TROUBLES = ["interrupted", "missing", "delayed"] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Null where nothing does, or where it is closed. */
export function troubleOf({
  state,
  interruption,
  missing,
  delay,
}: Pick<ApprovalRequest, "state" | "interruption" | "missing" | "delay">): Trouble | null {
  if (state === "closed") return null;
  if (interruption !== null) return "interrupted";
  if (missing !== null) return "missing";
  return delay === null ? null : "delayed";
}
