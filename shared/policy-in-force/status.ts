import type { Instant } from "../connection/connection.ts";
import type { Policy } from "../policy/index.ts";
import type { PolicyVersion } from "../policy/policy-version.ts";

/** What is in force, and what stands in the way of what is on offer. */
export interface PolicyStatus {
  readonly file: string;
  /** Which version of a blob it is, and who wrote it; null for a file. */
  readonly version: PolicyVersion | null;
  /** The policy file as it was read. */
  readonly text: string;
  readonly hash: string;
  readonly mode: Policy["mode"];
  readonly approvals: Policy["approvals"];
  /** How many there are. */
  readonly rules: number;
  /** Since when the policy of this hash decides, in this process. */
  readonly inForceSince: Instant;
  /** When it may reject at the earliest; null, and nothing is rejected, while that cannot be told. */
  readonly rejectsFrom: Instant | null;
  /** When what is in force was last seen at its source. */
  readonly readAt: Instant;
  /** How many different offers were refused since the app started. */
  readonly refusals: number;
  /** The offer that cannot be used, and why; null when the offer is in force. */
  readonly refused: { readonly at: Instant; readonly problems: readonly string[] } | null;
  /** The last look at the source, if it found nothing. */
  readonly lastLookFailed: { readonly at: Instant; readonly because: string } | null;
}

/** What the switches beside the policy say, and what stands in the way of reading them. */
export interface SwitchesStatus {
  readonly file: string;
  readonly isThere: boolean;
  /** On: nothing is approved by policy. */
  readonly killSwitch: "on" | "off";
  /** Off: nothing is written to ARM. */
  readonly writes: "on" | "off";
  /** When they were last read, or seen not to be there; null before that. */
  readonly readAt: Instant | null;
  /** Why they cannot be read or understood now. */
  readonly problem: { readonly at: Instant; readonly because: string } | null;
  /** Whether both are as they are because of that problem. */
  readonly isStopped: boolean;
}

const SHOWN_HASH_CHARACTERS = 6;

/** `policy.yaml (hash 1a2b3c…, 6 rules)`, and what takes away from it. */
export function describePolicy(file: string, { hash, rules, mode, approvals }: Policy): string {
  const facts = [
    `hash ${hash.slice(0, SHOWN_HASH_CHARACTERS)}…`,
    counted(rules.length, "rule"),
    ...(mode === "enforce" ? [] : [`mode ${mode}`]),
    ...(approvals === "on" ? [] : ["approvals off"]),
  ];
  return `${file} (${facts.join(", ")})`;
}

/** `1 problem`, `2 problems`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
