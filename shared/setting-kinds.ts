// What a setting may be, wherever one is of that kind.

/** A setting that the app cannot start with, and why. */
export interface SettingProblem {
  readonly name: string;
  readonly message: string;
}

import * as z from "zod";
import { ClusterScope } from "./connection/arm-id.ts";

export const httpsUrl = z
  .url({ protocol: /^https$/, error: "must be an https URL" })
  .transform((text) => text.replace(/\/+$/, ""));

const isLoopback = ({ hostname }: URL): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(hostname);

/** A sign-in on this very machine may speak plain http; anything that crosses a network may not. */
export const signInUrl = z.url({ protocol: /^https?$/, error: "must be a URL" }).refine(
  // Parsed, because what stands before an `@` only looks like the host.
  (text) => URL.canParse(text) && (new URL(text).protocol === "https:" || isLoopback(new URL(text))),
  { error: "must be https, or http on the loopback address" },
);

/** Texts separated by commas, with or without spaces. */
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

export const scopes = list.pipe(z.array(ClusterScope).min(1, "must name at least one scope"));

export const clientIds = list.pipe(
  z
    .array(z.guid("must be client ids, which are GUIDs, separated by commas").toLowerCase())
    .min(1, "must name at least one client id"),
);

/** An application ID URI, as Entra takes them, without the slash at its end. */
export const idUri = z
  .string()
  .regex(/^(api|https):\/\/[\w.~:%/-]{1,240}$/, "must be an application ID URI, such as api://approvals")
  .transform((text) => text.replace(/\/+$/, ""));

/** A delegated permission as `scp` names it: without the API's URI. */
export const permission = z.string().regex(/^[\w.:-]{1,120}$/, "must be the name of one scope");

export const onOrOff = z.enum(["on", "off"], { error: "must be on or off" });

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How long to wait, at most a day; in ms. */
export const delay = z
  .string()
  .regex(/^\d{1,5}[smhd]$/, "must be a duration like 30s, 10m or 1h")
  .transform((text) => Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS])
  .refine((ms) => ms <= UNIT_MS.d, { error: "must be a day at most" });

const MAX_DAYS = 3_650;
const DAYS = `must be a number of days, 1 to ${MAX_DAYS}`;

/** Whole days, from 1 to ten years of them. */
export const days = z
  .string()
  .regex(/^\d{1,9}$/, DAYS)
  .transform(Number)
  .refine((count) => count >= 1 && count <= MAX_DAYS, { error: DAYS });

/** From 1 to 32. */
export const fewOf = z
  .string()
  .regex(/^([1-9]|[12]\d|3[0-2])$/, "must be a number, 1 to 32")
  .transform(Number);

/** `BURST/PER_SECOND`, as a bucket of tokens is described. */
export const rate = z
  .string()
  .regex(/^\d{1,9}\/\d{1,9}(\.\d{1,3})?$/, "must be BURST/PER_SECOND, such as 60/1")
  .transform((text) => {
    const [burst, perSecond] = text.split("/").map(Number);
    return { burst: burst ?? 0, perSecond: perSecond ?? 0 };
  })
  .refine(({ burst, perSecond }) => burst > 0 && perSecond > 0, "must allow a call now, and more later");

/** NCRONTAB: six fields of a timer trigger, or five. The host checks the rest. */
export const schedule = z
  .string()
  .regex(/^\S+( \S+){4,5}$/, "must be an NCRONTAB expression like 0 */5 * * * *");
