import { type KeyObject, sign, verify } from "node:crypto";
import { inUtc } from "../text.ts";
import { BUILT_AT_MOST_SIGNED, type BuiltPolicy, builtIn, builtText, type PolicySignature } from "./built.ts";
import { enumerate } from "./text.ts";

/** Whose signatures count, and how many of them a policy needs. */
export interface Signers {
  /** Public keys (Ed25519) by the names of who holds them. No two names share one. */
  readonly keys: ReadonlyMap<string, readonly KeyObject[]>;
  /** Of different names; at least 1. */
  readonly needed: number;
}

/** What the signatures of a policy come to. */
export type Verified =
  | {
      readonly kind: "signed";
      /** When each of those whose signature counts signed it (ISO 8601, UTC), in the order of their names. */
      readonly signed: ReadonlyMap<string, string>;
    }
  | { readonly kind: "refused"; readonly because: string };

/** Clocks of those who sign may be ahead by so much. */
const AHEAD_MS = 5 * 60_000;

/**
 * What is signed: who signs, when, and all that the policy says. The first word keeps a signature for anything else that
 * these keys sign from being taken for one of ours.
 */
const signedBytes = (built: BuiltPolicy, { name, at }: Pick<PolicySignature, "name" | "at">): Buffer =>
  Buffer.from(
    JSON.stringify([
      "aks private endpoint approvals: policy signature v1",
      name,
      at,
      built.language,
      built.source,
      built.hash,
      built.text,
      built.content,
    ]),
  );

/** A built policy with one more signature, in the place of an earlier one of the same name. @returns null when it can hold no more */
export function withSignature(
  built: BuiltPolicy,
  { name, key, at }: { readonly name: string; readonly key: KeyObject; readonly at: string },
): string | null {
  const others = (built.signatures ?? []).filter((one) => one.name !== name);
  if (others.length >= BUILT_AT_MOST_SIGNED) return null;
  const signature = sign(null, signedBytes(built, { name, at }), key).toString("base64");
  return builtText({ ...built, signatures: [...others, { name, at, signature }] });
}

/**
 * Whether enough of those who must have signed a built policy, exactly as it is. A name that nobody knows counts nothing;
 * a known one with a signature that does not fit refuses all, since something was changed. Never throws.
 * @param nowMs Unix time
 * @param newest when each name signed the newest policy that was in force with their signature: an older one of theirs counts
 * nothing, so that nobody brings back by one key what others have moved on from
 */
export function verifySignatures(
  json: string,
  { keys, needed }: Signers,
  nowMs: number,
  newest: ReadonlyMap<string, string> = NEVER_SIGNED,
): Verified {
  const built = builtIn(json);
  if (typeof built === "string") return refused(built);
  // Members in another order, or blanks between them, say the same, but nobody signed them.
  if (builtText(built) !== json) return refused("was changed after it was built");
  const latest = new Map<string, string>();
  for (const one of built.signatures ?? []) {
    const known = keys.get(one.name);
    if (known === undefined) continue;
    const bytes = signedBytes(built, one);
    const signature = Buffer.from(one.signature, "base64");
    if (!known.some((key) => verify(null, bytes, key, signature)))
      return refused(
        `has a signature of ${one.name} that does not fit: it was changed, or another key signed it`,
      );
    if (Date.parse(one.at) > nowMs + AHEAD_MS)
      return refused(`was signed by ${one.name} at ${inUtc(one.at)}, which is to come; sign it again`);
    if (one.at > (latest.get(one.name) ?? "")) latest.set(one.name, one.at);
  }
  const all = [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const signed = new Map(all.filter(([name, at]) => at >= (newest.get(name) ?? "")));
  if (signed.size >= needed) return { kind: "signed", signed };
  const overtaken = all.flatMap(([name]) => (signed.has(name) ? [] : [name]));
  if (overtaken.length > 0)
    return refused(
      `was signed by ${enumerate(overtaken, MAX_NAMES)} before another one that has been in force since; to go back to it, have them sign it again`,
    );
  const who = signed.size === 0 ? "nobody who is known" : `${enumerate([...signed.keys()], MAX_NAMES)} alone`;
  return refused(
    `needs signatures of ${needed} of ${enumerate([...keys.keys()].toSorted(), MAX_NAMES)}, and is signed by ${who}`,
  );
}

const NEVER_SIGNED: ReadonlyMap<string, string> = new Map();
const MAX_NAMES = 10;

const refused = (because: string) => ({ kind: "refused", because }) as const;
