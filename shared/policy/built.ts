import { createHash } from "node:crypto";
import { policyContentShape } from "./built-shape.ts";
import { compile } from "./engine/compile.ts";
import type { Policy } from "./engine/compiled.ts";
import type { Problem } from "./file/report.ts";
import type { PolicyContent } from "./policy.ts";
import { object, text, that, word } from "./shape.ts";
import { quote } from "./text.ts";

// Loading this file must stay cheap: it is what a cold start waits for. So it knows neither YAML nor the policy file.

/** The version of `PolicyContent`. Another one is built again, never translated. */
export const LANGUAGE = 1;
/** The largest built policy that is read at all. */
export const MAX_BUILT_BYTES = 4 * 1_024 * 1_024;

/** A policy file that was read beforehand, so that the app need not. */
export interface BuiltPolicy {
  readonly apiVersion: "policy/v1";
  readonly kind: "BuiltPolicy";
  readonly language: typeof LANGUAGE;
  /** Name of the policy file. */
  readonly source: string;
  /** `Policy.hash` */
  readonly hash: string;
  /** `digestOf` the rest: tells a hand that changed the file, or a copy that broke off. It is no signature. */
  readonly digest: string;
  /** The policy file as written, for showing. */
  readonly text: string;
  readonly content: PolicyContent;
}

/** SHA-256, in hex, over all that a built policy says. */
export const digestOf = ({ content, hash, text }: Pick<BuiltPolicy, "content" | "hash" | "text">): string =>
  createHash("sha256").update(JSON.stringify(content)).update(hash).update(text).digest("hex");

const AGAIN = "build it again with: npm run policy -- build policy.yaml";

/**
 * Reads what `buildPolicy` wrote. Never throws.
 *
 * @param json - the built policy
 * @param file - its name, as messages should show it
 * @returns the policy and the text of its file; or the one problem, which says what to do about it
 */
export function loadBuiltPolicy(
  json: string,
  file: string,
):
  | { readonly kind: "policy"; readonly policy: Policy; readonly text: string }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] } {
  const refused = (message: string) => ({
    kind: "problems" as const,
    problems: [{ severity: "error" as const, file, line: 1, column: 1, length: 1, message, excerpt: "" }],
  });

  const built = parse(json);
  if (typeof built === "string") return refused(built);
  try {
    return { kind: "policy", policy: compile(built.content, built.hash), text: built.text };
  } catch (error) {
    // The content is sound where it was built: here a time zone may be missing.
    const cause = error instanceof Error ? error.message : String(error);
    return refused(`cannot be used on this machine (${quote(cause)}); ${AGAIN}`);
  }
}

const HEX = /^[0-9a-f]{64}$/;
const hex = that((value) => typeof value === "string" && HEX.test(value));
const envelope = object({
  apiVersion: word("policy/v1"),
  kind: word("BuiltPolicy"),
  language: that((value) => value === LANGUAGE),
  source: text(),
  hash: hex,
  digest: hex,
  text: text(),
  content: that((value) => typeof value === "object" && value !== null),
});

/** The built policy, or what is wrong with it. */
function parse(json: string): BuiltPolicy | string {
  if (Buffer.byteLength(json) > MAX_BUILT_BYTES)
    return `is larger than ${MAX_BUILT_BYTES / 1_024 / 1_024} MiB`;
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (error) {
    return `is no JSON, or broken off (${quote(error instanceof Error ? error.message : String(error))}); ${AGAIN}`;
  }

  switch (envelope(read)) {
    case null:
      break;
    case ".language":
      return `was built by another version of this app; ${AGAIN}`;
    default:
      return `is not a built policy; ${AGAIN}`;
  }
  // The shape comes first: writing JSON that is nested without end, for its digest, would be the end of the stack.
  const built = read as BuiltPolicy;
  const fault = policyContentShape(built.content);
  if (fault !== null) return `was changed after it was built (content${fault.slice(0, 100)}); ${AGAIN}`;
  return digestOf(built) === built.digest ? built : `was changed after it was built; ${AGAIN}`;
}
