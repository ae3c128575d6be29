import { Undelivered } from "../undelivered.ts";
import { eventOf, type Happening } from "./event.ts";
import type { EventFilter } from "./filter.ts";
import { Places } from "./places.ts";
import type { Post, WebhookAnswer } from "./post.ts";
import { signed, type WebhookKeys } from "./signature.ts";

/** A receiver, as the settings have it. */
export interface WebhookSettings {
  /** Of the channel: `webhook-` and the setting's own, in lower case, with hyphens. */
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
}

/** Calls to one receiver at a time; who would be one more waits for a moment, and comes again later. */
const PLACES = { places: 10, limitMs: 1_000 } as const;
const WHEN_BUSY_MS = 10_000;

/** No receiver puts the app off for longer with one answer. */
const LONGEST_PAUSE_MS = 60 * 60_000;
/** Answers of somebody who has too much to do. */
const SLOW_DOWN: readonly number[] = [429, 502, 503, 504];
const GONE = 410;

/** Tells one receiver what happened, by Standard Webhooks around a CloudEvent. */
export class Webhook {
  readonly name: string;
  readonly #settings: WebhookSettings;
  readonly #needs: WebhookNeeds;
  readonly #places = new Places(PLACES);
  #isGone = false;
  #pausedUntilMs = 0;

  constructor(settings: WebhookSettings, needs: WebhookNeeds) {
    this.name = settings.name;
    this.#settings = settings;
    this.#needs = needs;
  }

  /**
   * Hands a happening over; what nobody is told of needs no call.
   * @throws `Undelivered` where the receiver said what follows, or had no time for it; else whatever went wrong
   */
  async send(happening: Happening): Promise<void> {
    const event = eventOf(happening, this.#needs.publicUrl);
    if (event === null) return;
    this.#refuseIfGone();
    const pauseMs = this.#pausedUntilMs - this.#needs.now();
    if (pauseMs > 0) throw new Undelivered("it asked for a pause", { kind: "notBefore", afterMs: pauseMs });
    const body = JSON.stringify(event);
    const taken = await this.#places.take(() => this.#post(happening.id, body));
    if (taken === null)
      throw new Undelivered("it is slow, and others wait for it", { kind: "untried", afterMs: WHEN_BUSY_MS });
    this.#understand(taken.result);
  }

  #post(id: string, body: string): Promise<WebhookAnswer> {
    const { url, keys } = this.#settings;
    const headers = {
      // Not that of CloudEvents: receivers of Standard Webhooks look for JSON.
      "content-type": "application/json",
      "user-agent": "private-endpoint-approvals",
      ...signed(keys, id, body, this.#needs.now()),
    };
    return this.#needs.post(url, headers, body);
  }

  #understand({ status, retryAfter }: WebhookAnswer): void {
    if (status >= 200 && status <= 299) return;
    if (status === GONE) {
      this.#isGone = true;
      this.#refuseIfGone();
    }
    if (SLOW_DOWN.includes(status)) {
      const now = this.#needs.now();
      const afterMs = Math.min(msOf(retryAfter, now), LONGEST_PAUSE_MS);
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, now + afterMs);
      throw new Undelivered(`it answered ${status}`, { kind: "notBefore", afterMs });
    }
    const isRedirect = status >= 300 && status <= 399;
    throw new Error(`it answered ${status}${isRedirect ? ", and redirections are not followed" : ""}`);
  }

  #refuseIfGone(): void {
    if (this.#isGone)
      throw new Undelivered(
        `it answered ${GONE}, so ${this.name} gets nothing any more until the app is restarted or the setting changes`,
        { kind: "never" },
      );
  }
}

/** How long `Retry-After` asks for, in seconds or until a date; 0 where it says nothing. */
function msOf(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}
