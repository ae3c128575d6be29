import { createHash } from "node:crypto";
import type { Policy } from "./compiled.ts";

/**
 * The same policy with its kill switch thrown: whatever it would approve asks the people of its default (or of
 * `whenUnknown`, if the default rejects). Its hash is another one, since it says something else.
 */
export function withApprovalsOff(policy: Policy): Policy {
  if (policy.approvals === "off") return policy;
  const hash = createHash("sha256").update(`approvals off\n${policy.hash}`).digest("hex");
  return { ...policy, approvals: "off", hash };
}
