import { createHash } from "node:crypto";
import type { PolicyContent } from "./content.ts";
import { hashOfContent } from "./content-hash.ts";
import { compile } from "./engine/compile.ts";
import type { Policy } from "./engine/compiled.ts";
import type { Problem } from "./file/report.ts";
import { quote } from "./text.ts";

// Loading this file must stay cheap: it is what a cold start waits for. So it knows neither YAML nor the policy file.

/** The version of `PolicyContent`. A file of another version must be built again; the app never translates it. */
export const LANGUAGE = 5;
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
  /** `digestOf` the rest. */
  readonly digest: string;
  /** The policy file as written, for showing. */
  readonly text: string;
  /** `PolicyContent` as JSON: text, so that its digest can be compared before anything in it is believed. */
  readonly content: string;
  /** Absent where nobody has signed it. They are over everything else but the digest. */
  readonly signatures?: readonly PolicySignature[];
}

/** That somebody stands for a policy as it is. */
export interface PolicySignature {
  /** Who, by the name under which the app's settings have their key. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Ed25519, in base64. */
  readonly signature: string;
}

/** The name of who signs. */
export const SIGNER_NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;
/** More signatures than a policy is ever signed with. */
export const BUILT_AT_MOST_SIGNED = 32;

/**
 * SHA-256, in hex, over all that a built policy says: finds a change by hand, or a copy that broke off. It is
 * no signature, and need not be one: a writer of this file can as well write a policy.
 */
export const digestOf = ({
  content,
  hash,
  text,
  source,
}: Omit<BuiltPolicy, "digest" | "signatures">): string =>
  createHash("sha256")
    .update(JSON.stringify([source, hash, text, content]))
    .digest("hex");

/** A built policy as it is written: the same for the same, to the last byte. */
export const builtText = (built: BuiltPolicy): string => {
  const { apiVersion, kind, language, source, hash, text, content, digest, signatures = [] } = built;
  const signed = signatures.length === 0 ? {} : { signatures: signatures.map(inOrder) };
  return `${JSON.stringify({ apiVersion, kind, language, source, hash, text, content, digest, ...signed })}\n`;
};

const inOrder = ({ name, at, signature }: PolicySignature): PolicySignature => ({ name, at, signature });

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
    problems: [
      { severity: "error" as const, file, line: 1, column: 1, length: 1, message, excerpt: "", count: 1 },
    ],
  });

  const built = builtIn(json);
  if (typeof built === "string") return refused(built);
  try {
    // The digest fits, so this is what `buildPolicy` wrote.
    const content: PolicyContent = JSON.parse(built.content);
    if (hashOfContent(content) !== built.hash) return refused(`has a hash that is not its own; ${AGAIN}`);
    return { kind: "policy", policy: compile(content, built.hash), text: built.text };
  } catch (error) {
    return refused(`cannot be used (${quote(messageOf(error))}); ${AGAIN}`);
  }
}

/** The built policy, or what is wrong with it. */
export function builtIn(json: string): BuiltPolicy | string {
  if (Buffer.byteLength(json) > MAX_BUILT_BYTES)
    return `is larger than ${MAX_BUILT_BYTES / 1_024 / 1_024} MiB`;
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (error) {
    return `is no JSON, or broken off (${quote(messageOf(error))}); ${AGAIN}`;
  }

  if (!isBuiltPolicy(read)) return `is not a built policy; ${AGAIN}`;
  if (read.language !== LANGUAGE) return `was built by another version of this app; ${AGAIN}`;
  return digestOf(read) === read.digest ? read : `was changed after it was built; ${AGAIN}`;
}

const TEXTS = ["source", "hash", "digest", "text", "content"] as const;
const KEYS: readonly string[] = ["apiVersion", "kind", "language", ...TEXTS, "signatures"];

function isBuiltPolicy(read: unknown): read is BuiltPolicy {
  if (typeof read !== "object" || read === null) return false;
  const built: Partial<Record<keyof BuiltPolicy, unknown>> = read;
  return (
    built.apiVersion === "policy/v1" &&
    built.kind === "BuiltPolicy" &&
    TEXTS.every((key) => typeof built[key] === "string") &&
    Object.keys(built).every((key) => KEYS.includes(key)) &&
    (built.signatures === undefined || areSignatures(built.signatures))
  );
}

const areSignatures = (read: unknown): boolean =>
  Array.isArray(read) && read.length > 0 && read.length <= BUILT_AT_MOST_SIGNED && read.every(isSignature);

const SIGNATURE_BYTES = 64;

/** Base64 and moments have other spellings: only the one that we write is one. */
function isSignature(read: unknown): boolean {
  if (typeof read !== "object" || read === null || Object.keys(read).length !== 3) return false;
  const { name, at, signature }: Partial<Record<keyof PolicySignature, unknown>> = read;
  if (typeof name !== "string" || typeof at !== "string" || typeof signature !== "string") return false;
  const bytes = Buffer.from(signature, "base64");
  return (
    SIGNER_NAME.test(name) &&
    !Number.isNaN(Date.parse(at)) &&
    new Date(at).toISOString() === at &&
    bytes.length === SIGNATURE_BYTES &&
    bytes.toString("base64") === signature
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
