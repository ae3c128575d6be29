import { type KeyKind, keysIn } from "./secrets.ts";
import type { Found } from "./vault-client.ts";

/** What there is of one secret, and what is to be done. */
export interface Line {
  readonly kind: KeyKind;
  readonly now: string;
  readonly deed: Deed;
}
export type Deed =
  | { readonly kind: "none" }
  | { readonly kind: "make" }
  | { readonly kind: "rotate"; readonly there: readonly string[]; readonly versions: number }
  /** Only somebody who looks at it can help. */
  | { readonly kind: "blocked"; readonly why: string };

/** So long is a link good that was signed with a key which is being replaced. */
const LINK_DAYS = 3;
const DAY_MS = 86_400_000;

const blocked = (why: string): Deed => ({ kind: "blocked", why });

/** @param vault as `az keyvault` calls it */
export function lineFor(
  kind: KeyKind,
  found: Found,
  { vault, rotates, now }: { readonly vault: string; readonly rotates: boolean; readonly now: Date },
): Line {
  const place = `--vault-name ${vault} --name ${kind.secret}`;
  switch (found.kind) {
    case "missing":
      return { kind, now: "missing", deed: { kind: "make" } };
    case "deleted": {
      const why = `bring it back, since what was sealed with it can be proved by nothing else: az keyvault secret recover ${place}`;
      return { kind, now: "deleted", deed: blocked(why) };
    }
    case "disabled":
      return {
        kind,
        now: "disabled",
        deed: blocked(`az keyvault secret set-attributes ${place} --enabled true`),
      };
    case "value": {
      const keys = keysIn(kind, found.value);
      if (keys === null)
        return { kind, now: "something else", deed: blocked("it holds no keys: look at it") };
      const count = `${keys.length} ${keys.length === 1 ? "key" : "keys"}`;
      return { kind, now: count, deed: rotates ? rotation(kind, keys, found, now) : { kind: "none" } };
    }
  }
}

/** The older of two keys may still be in use for some days after the newer one was put before it. */
function rotation(
  { most }: KeyKind,
  there: readonly string[],
  { madeAt, versions }: Found & { kind: "value" },
  now: Date,
): Deed {
  const days = Math.floor((now.getTime() - madeAt.getTime()) / DAY_MS);
  if (most === null || there.length < most || days >= LINK_DAYS) return { kind: "rotate", there, versions };
  return blocked(
    `it was changed ${days} days ago; its older key may be in use until ${LINK_DAYS} have passed`,
  );
}

export function willBe({ kind, deed }: Line): string {
  switch (deed.kind) {
    case "none":
      return "as it is";
    case "make":
      return "made";
    case "rotate":
      return kind.most !== null && deed.there.length >= kind.most
        ? "a new key in front, and the oldest one gone"
        : "a new key in front";
    case "blocked":
      return deed.why;
  }
}
