import { Busy, type RequestEvent, type Subscriber, TryLater, Undeliverable } from "../channel.ts";
import type { Trial } from "../trial.ts";
import { eventOf, testEventOf } from "./event.ts";
import { type EventFilter, wants } from "./filter.ts";
import { Places } from "./places.ts";
import type { Post, WebhookAnswer } from "./post.ts";
import { pauseBeforeNextCall } from "./schedule.ts";
import { signed, type WebhookKeys } from "./signature.ts";
import { answeredTest, unansweredTest } from "./test-answer.ts";

/** A receiver, as the settings have it. */
export interface WebhookSettings {
  /** Of the channel. */
  readonly name: string;
  readonly url: URL;
  readonly keys: WebhookKeys;
  readonly filter: EventFilter;
}

interface WebhookNeeds {
  readonly publicUrl: string;
  readonly post: Post;
  /** Epoch ms. */
  now(): number;
  /** In [0, 1). */
  random(): number;
}

/** Calls to one receiver at a time; one more waits for a moment, and comes again later. */
const PLACES = { places: 10, limitMs: 1_000 } as const;
const WHEN_BUSY_MS = 10_000;

/** No receiver puts the app off for longer with one answer. */
const LONGEST_PAUSE_MS = 60 * 60_000;
/** Answers of somebody who has too much to do. */
const SLOW_DOWN: readonly number[] = [429, 502, 503, 504];
const GONE = 410;

/** Tells one receiver, by Standard Webhooks around a CloudEvent. What it answered last is known to this process alone. */
export function webhook(
  { name, url, keys, filter }: WebhookSettings,
  needs: WebhookNeeds,
): Subscriber & Trial {
  const places = new Places(PLACES);
  let isGone = false;
  let pausedUntilMs = 0;

  const post = (id: string, body: string): Promise<WebhookAnswer> =>
    needs.post(
      url,
      {
        // Not that of CloudEvents: receivers of Standard Webhooks look for JSON.
        "content-type": "application/json",
        "user-agent": "private-endpoint-approvals",
        ...signed(keys, id, body, needs.now()),
      },
      body,
    );

  function understand({ status, retryAfter }: WebhookAnswer): void {
    if (status >= 200 && status <= 299) return;
    isGone ||= status === GONE;
    if (isGone) throw gone(name);
    if (SLOW_DOWN.includes(status)) {
      const now = needs.now();
      const pauseMs = Math.min(msOf(retryAfter, now), LONGEST_PAUSE_MS);
      pausedUntilMs = Math.max(pausedUntilMs, now + pauseMs);
      throw new TryLater(`it answered ${status}`, pauseMs);
    }
    const isRedirect = status >= 300 && status <= 399;
    throw new Error(`it answered ${status}${isRedirect ? ", and redirections are not followed" : ""}`);
  }

  return {
    name,
    wants: (record) => wants(filter, record),
    pauseAfter: (failures) => pauseBeforeNextCall(failures, needs.random()),
    send: async (happened: RequestEvent) => {
      const event = eventOf(happened, needs.publicUrl);
      if (event === null) return;
      if (isGone) throw gone(name);
      const pauseMs = pausedUntilMs - needs.now();
      if (pauseMs > 0) throw new TryLater("it asked for a pause", pauseMs);
      const taken = await places.take(() => post(event.id, JSON.stringify(event)));
      if (taken === null) throw new Busy("it is slow, and others wait for it", WHEN_BUSY_MS);
      understand(taken.result);
    },
    // Past filters, pauses and places, which are for events: somebody waits for the answer.
    sendTest: async (test) => {
      const event = testEventOf(test, name, needs.publicUrl);
      try {
        return answeredTest(await post(test.id, JSON.stringify(event)), { name, isGone });
      } catch (error) {
        return unansweredTest(error, name);
      }
    },
  };
}

const gone = (name: string): Undeliverable =>
  new Undeliverable(
    `it answered ${GONE}, so ${name} gets nothing any more until its setting changes or the app starts anew`,
  );

/** How long `Retry-After` asks for, in seconds or until a date; 0 where it says nothing. */
function msOf(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}
