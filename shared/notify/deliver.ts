import * as z from "zod";
import { Instant, instant } from "../connection/connection.ts";
import type { ApprovalRequirement } from "../policy/index.ts";
import { factsBehind } from "../request/facts-behind.ts";
import { project, sumOf } from "../request/life.ts";
import { formerAudience, type Line, type NoticeKind, noticeOf } from "../request/notice.ts";
import type { Recipients } from "../request/recipients.ts";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Outbox, OutboxItem, RequestStore } from "../request/store.ts";
import { count } from "../telemetry/metrics.ts";
import { reasonOf } from "../text.ts";
import { within } from "../time-limit.ts";
import {
  Busy,
  type Channel,
  type Notice,
  type RequestEvent,
  type Subscriber,
  TryLater,
  Undeliverable,
} from "./channel.ts";
import { pauseBeforeNextAttempt } from "./retry.ts";

/** What bringing notices out stands on. */
export interface DeliveryNeeds {
  readonly store: Pick<RequestStore, "read" | "trail">;
  readonly outbox: Outbox;
  readonly channels: readonly Channel[];
  readonly subscribers: readonly Subscriber[];
  /** By which channels who hears: it tells those who are asked from those who were. Absent: all hear the same. */
  readonly recipients?: Recipients;
  /** The event that a record is, for those who have it at hand; else it is read. */
  readonly known?: (seq: number) => RequestEvent | undefined;
  /** For operators: a delivery that failed and is tried again. */
  warn(line: string): void;
  /** For operators: a notice that was given up. */
  error(line: string): void;
}

/** What is left of a line: nothing, something to do right now, something for the host to put out, or something to do later. */
export const Delivery = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("empty") }),
  z.object({ kind: z.literal("more") }),
  z.object({ kind: z.literal("putOut"), seq: z.int().positive() }),
  z.object({ kind: z.literal("pause"), until: Instant }),
]);
export type Delivery = z.infer<typeof Delivery>;

/** That the host put an event out, or why it could not. */
export const PutOut = z.object({ seq: z.int().positive(), error: z.string().nullable() });
export type PutOut = z.infer<typeof PutOut>;

/** A channel that takes longer has failed. */
const SEND_LIMIT_MS = 30_000;

/**
 * Brings out the first notice of a line, if it is due. Nothing that happens here changes the request.
 *
 * After a crash between handing a notice over and crossing it off, it is handed over again with the same id.
 * @param now the orchestrator's clock, by which its timers fire: with another one the two could go round in circles
 * @param putOut what came of what was for the host to put out
 */
export async function deliverNext(
  needs: DeliveryNeeds,
  line: Line,
  now: Instant,
  putOut: PutOut | null = null,
): Promise<Delivery> {
  const { outbox } = needs;
  const [first, ...later] = await outbox.pending(line);
  if (first === undefined) return { kind: "empty" };
  if (putOut?.seq === first.seq) return settled(needs, line, first, { now, error: putOut.error });
  // The first attempt is due, whatever clock wrote it down.
  if (first.attempts > 0 && Date.parse(now) < Date.parse(first.dueAt))
    return { kind: "pause", until: first.dueAt };
  if (subscriberOf(needs, line)?.isPutOutByHost) return { kind: "putOut", seq: first.seq };
  try {
    await send(needs, line, first, later.length > 0);
  } catch (error) {
    return settled(needs, line, first, { now, error });
  }
  return settled(needs, line, first, { now, error: null });
}

/** Crosses off what was handed over; what was not, because of an error, is tried again later, or given up. */
async function settled(
  needs: DeliveryNeeds,
  line: Line,
  item: OutboxItem,
  outcome: { readonly now: Instant; readonly error: unknown },
): Promise<Delivery> {
  const pause = outcome.error === null ? null : await postponed(needs, line, item, outcome);
  if (pause !== null) return pause;
  if (outcome.error === null) await needs.outbox.done(line, item.seq);
  return rest(needs.outbox, line);
}

/**
 * Hands an event to the subscriber of a line; to one that the host puts out for, to be called in that function alone.
 * Nothing happens where the app has no such subscriber.
 */
export async function sendEvent(needs: DeliveryNeeds, line: Line, seq: number): Promise<void> {
  const subscriber = subscriberOf(needs, line);
  const event = subscriber && (needs.known?.(seq) ?? (await eventFor(needs.store, line, seq)));
  if (subscriber !== undefined && event) await within(SEND_LIMIT_MS, subscriber.send(event));
}

const subscriberOf = ({ subscribers }: DeliveryNeeds, { channel }: Line): Subscriber | undefined =>
  subscribers.find(({ name }) => name === channel);

/** Looked up after the sending, which may have taken long: what was added meanwhile found this delivery running. */
const rest = async (outbox: Outbox, line: Line): Promise<Delivery> =>
  (await outbox.pending(line)).length > 0 ? { kind: "more" } : { kind: "empty" };

/** Hands a notice over. Nothing happens where it is not worth telling any more, or the app has no such channel any more. */
async function send(needs: DeliveryNeeds, line: Line, { seq }: OutboxItem, hasLater: boolean): Promise<void> {
  const channel = needs.channels.find(({ name }) => name === line.channel);
  const notice = channel === undefined ? null : await noticeFor(needs, line, seq, hasLater);
  if (channel !== undefined && notice !== null) await within(SEND_LIMIT_MS, channel.send(notice));
  await sendEvent(needs, line, seq);
}

/** When the notice is tried again; null when it is given up. */
async function postponed(
  needs: DeliveryNeeds,
  line: Line,
  { seq, attempts: before }: OutboxItem,
  failed: { readonly now: Instant; readonly error: unknown },
): Promise<Delivery | null> {
  const { outbox, warn, error: alert } = needs;
  // A first attempt is due at any time, so that whoever waits for their turn has had one.
  const attempts = failed.error instanceof Busy ? Math.max(before, 1) : before + 1;
  const usualPause = subscriberOf(needs, line)?.pauseAfter ?? pauseBeforeNextAttempt;
  const pauseMs = pauseAfter(failed.error, () => usualPause(attempts));
  if (!(failed.error instanceof Busy))
    count("notify.failures", {
      channel: line.channel,
      outcome: pauseMs === null ? "given up" : "tried again",
    });
  const what = `The notice ${idOf(line, seq)} could not be delivered: ${asSentence(reasonOf(failed.error, 300))}`;
  if (pauseMs === null) {
    await outbox.giveUp(line, seq);
    alert(`${what} It is given up after ${attempts === 1 ? "one attempt" : `${attempts} attempts`}.`);
    return null;
  }
  const dueAt = instant(Date.parse(failed.now) + pauseMs);
  await outbox.postpone(line, seq, { attempts, dueAt });
  warn(`${what} It is tried again at ${dueAt}.`);
  return { kind: "pause", until: dueAt };
}

const asSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** No other side is waited for longer. */
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** In ms; null when the notice is given up. @param usual the channel's own */
function pauseAfter(error: unknown, usualPause: () => number | null): number | null {
  if (error instanceof Busy) return error.pauseMs;
  const usual = usualPause();
  if (usual === null || error instanceof Undeliverable) return null;
  return error instanceof TryLater ? Math.min(Math.max(usual, error.pauseMs), LONGEST_PAUSE_MS) : usual;
}

/** The event that a record is. */
async function eventFor(
  store: DeliveryNeeds["store"],
  { requestId }: Line,
  seq: number,
): Promise<RequestEvent | null> {
  const trail = await store.trail(requestId);
  const index = trail.findIndex((one) => one.seq === seq);
  const record = trail[index];
  if (record === undefined) throw new Error(`The request ${requestId} has no record ${seq}.`);
  // The records before this one need not add up.
  const request =
    record.kind === "distrusted" ? await store.read(requestId) : sumOf(trail.slice(0, index + 1));
  return request && { id: `${requestId}:${seq}`, record, request };
}

/** The notice about a record; null when it is not worth telling any more. */
async function noticeFor(
  { store, recipients }: Pick<DeliveryNeeds, "store" | "recipients">,
  line: Line,
  seq: number,
  hasLater: boolean,
): Promise<Notice | null> {
  const { requestId } = line;
  const trail = await store.trail(requestId);
  const index = trail.findIndex((one) => one.seq === seq);
  const record = trail[index];
  if (record === undefined) throw new Error(`The request ${requestId} has no record ${seq}.`);
  const now = await store.read(requestId);
  const common = { id: idOf(line, seq), requestId, at: record.at };
  // The records before it need not add up, so those who were asked are the ones that the request still knows.
  if (record.kind === "distrusted")
    return now?.audience
      ? { ...common, kind: "closed", audience: now.audience, request: now, facts: null }
      : null;
  const before = sumOf(trail.slice(0, index));
  const kind = noticeOf(before, record);
  const request = project(before, record);
  const audience = request.audience ?? before.audience;
  if (kind === null || audience === null) return null;
  const former = formerAudience(before, record);
  if (former !== null && hearsAsFormer(record, { audience, former }, line, recipients))
    return { ...common, kind: "withdrawn", audience: former, request, facts: null };
  if (isStale(kind, request, now, hasLater)) return null;
  const facts = factsBehind(request.verdict, trail.slice(0, index));
  // What is brought up to date shows what came of a review by now.
  return kind === "reviewed" && now !== null
    ? { ...common, kind, audience, request: now, facts, at: now.updatedAt }
    : { ...common, kind, audience, request, facts };
}

/** Whether a channel is that of those who were asked, and of none who are now. */
function hearsAsFormer(
  record: AuditRecord,
  asked: { readonly audience: ApprovalRequirement; readonly former: ApprovalRequirement },
  { channel }: Line,
  recipients: Recipients = () => [],
): boolean {
  const hears = (audience: ApprovalRequirement) => recipients(record, audience).includes(channel);
  return hears(asked.former) && !hears(asked.audience);
}

const idOf = ({ requestId, channel }: Line, seq: number): string => `${requestId}:${seq}:${channel}`;

/**
 * Whether a notice comes too late to be of use: it asks what is not asked any more, or reminds of what the next notice
 * tells anyway. How a question ended is always told.
 */
function isStale(
  kind: NoticeKind,
  then: ApprovalRequest,
  now: ApprovalRequest | null,
  hasLater: boolean,
): boolean {
  if (kind === "withdrawn" || kind === "closed") return false;
  if (kind === "reviewed") return hasLater || now?.ask?.seq !== then.ask?.seq;
  const isAskedStill = now?.state === "waiting" && now.ask.seq === then.ask?.seq;
  return !isAskedStill || (kind === "reminded" && hasLater);
}
