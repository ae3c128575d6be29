import type { ClusterId } from "../connection/arm-id.ts";
import type { PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Listing } from "../connection/port.ts";
import { turnOf } from "../connection/turn.ts";
import type { HintSource } from "../request/terms.ts";
import { reasonOf } from "../text.ts";
import { type Aim, type Findings, type Known, type LookNeeds, lookThrough, nothing } from "./look.ts";

/** What a hint points at on a cluster: a connection or an endpoint; null is everything. */
export type Name = string | null;

/** A look that has not begun. */
interface Look {
  names: Map<string, HintSource>;
  everything: HintSource | null;
  /** Whether the hint that leads it still waits for it, so that its message comes again when the look fails. */
  isHeard: boolean;
}

/** A cluster, as hints about it see it. */
interface Place {
  /** The look that the next hints share. */
  next: Look | null;
  /** What hints named that were told of a look whose list then failed. The next look serves it, whoever leads that. */
  owed: Look | null;
  /** The list that is under way. */
  listing: Promise<void> | null;
  failures: number;
  /** By a clock that only runs forward. */
  pausedUntil: number;
  readonly known: Known;
}

/** So long the hint that leads a look waits for it: who pushes an event waits for the answer, and so does a host that stops. */
const HOLD_MS = 4_000;
/** A look is tried for so long; the sweep comes every few minutes. */
const GIVE_UP_MS = 600_000;
/** 1 s, 2 s, 4 s, ...: a cluster that cannot be listed is not asked by every hint about it. */
const BACKOFF = { firstMs: 1_000, maxMs: 30_000, maxOfOthersMs: 10_000 } as const;
/** Clusters that are remembered. */
const MAX_PLACES = 1_000;
/** Of more names than these a look looks at everything instead. */
const MAX_NAMES = 5_000;

const LED_BY_ANOTHER = nothing("Another hint leads the next look at this cluster; it serves this one too.");
const GOES_ON = nothing("ARM has no time for this now; the look goes on by itself.");

/**
 * Looks at clusters, shared by the hints about them: one look serves all that came before its list began. The first of
 * them leads it, and its message is given back if the app is killed meanwhile, so the others need not wait.
 *
 * A look that ARM throttles is tried again, ever more rarely, also after the hint that leads it has stopped waiting; so is
 * one that has another passing trouble then, since its message does not come again. What is lost then, because the app is
 * killed, is found by the sweep.
 */
export class Looks {
  readonly #places = new Map<ClusterId, Place>();

  /** Looks at what the hint names, alone or together with others. @throws what keeps ARM from being asked, but for throttling */
  async join(needs: LookNeeds, cluster: ClusterId, name: Name, source: HintSource): Promise<Findings> {
    const place = this.#placeOf(cluster);
    const isLed = place.next !== null;
    if (place.next === null) {
      place.next = place.owed ?? { names: new Map(), everything: null, isHeard: true };
      place.next.isHeard = true;
      place.owed = null;
    }
    const look = place.next;
    if (name === null || look.names.size >= MAX_NAMES) look.everything ??= source;
    else look.names.set(name, source);
    return isLed ? LED_BY_ANOTHER : held(needs, look, this.#lead(needs, cluster, place, look));
  }

  /** The clusters on which connections of this consumer were seen. */
  clustersOf(consumer: string): readonly ClusterId[] {
    return [...this.#places].flatMap(([cluster, { known }]) =>
      [...known.values()].some(({ endpoint }) => turnOf(endpoint, "look").consumer === consumer)
        ? [cluster]
        : [],
    );
  }

  async #lead(needs: LookNeeds, cluster: ClusterId, place: Place, look: Look): Promise<Findings> {
    const endsAt = performance.now() + GIVE_UP_MS;
    for (;;) {
      await place.listing;
      const pauseMs = place.pausedUntil - performance.now();
      if (pauseMs > 0) await sleep(pauseMs);
      if (place.next === look) place.next = null;
      const aim: Aim = { names: new Map(look.names), everything: look.everything };
      let listing: Listing<PrivateEndpointConnection> | null = null;
      try {
        listing = await list(needs, cluster, place);
        const { findings, left } = await lookThrough(needs, cluster, listing, aim, place.known);
        if (left === null) return findings;
        look.names = new Map(left.aim.names);
        look.everything = left.aim.everything;
        throw left.fault;
      } catch (error) {
        if (!(error instanceof Fault) || !error.isTransient) throw error;
        pause(place, error);
        const comesAgain = error.code !== "THROTTLED" && look.isHeard;
        if (comesAgain && listing === null) owe(place, look);
        if (comesAgain || performance.now() > endsAt) throw error;
        if (place.next !== null) return handOver(look, place.next);
        place.next = look;
        // Who joins from now on finds this one, and would not take up what is owed.
        if (place.owed !== null) handOver(place.owed, look);
        place.owed = null;
      }
    }
  }

  #placeOf(cluster: ClusterId): Place {
    const place = this.#places.get(cluster) ?? {
      next: null,
      owed: null,
      listing: null,
      failures: 0,
      pausedUntil: 0,
      known: new Map(),
    };
    this.#places.delete(cluster);
    this.#places.set(cluster, place);
    const [oldest] = this.#places.keys();
    if (oldest !== undefined && this.#places.size > MAX_PLACES) this.#places.delete(oldest);
    return place;
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The list that is under way from now on. */
async function list({ connections }: LookNeeds, cluster: ClusterId, place: Place) {
  const listed = connections.list(cluster);
  place.listing = listed.then(
    () => undefined,
    () => undefined,
  );
  const listing = (await listed) ?? { items: [], unreadable: [] };
  place.failures = 0;
  return listing;
}

/** Keeps what a look was for, until another one begins. */
function owe(place: Place, look: Look): void {
  const heir = place.next ?? place.owed;
  if (heir === null) place.owed = look;
  else handOver(look, heir);
}

/** What is left of a look becomes part of the next one. */
function handOver(look: Look, next: Look): Findings {
  for (const [name, source] of look.names) next.names.set(name, source);
  next.everything ??= look.everything;
  return LED_BY_ANOTHER;
}

function pause(place: Place, { code, retryAfterMs = 0 }: Fault): void {
  const ownMs = Math.min(BACKOFF.firstMs * 2 ** place.failures, BACKOFF.maxMs);
  place.failures += 1;
  const asked = Math.min(Math.max(ownMs, retryAfterMs), BACKOFF.maxMs);
  // Another trouble is thrown, and the message that led the look comes again soon.
  const pauseMs = code === "THROTTLED" ? asked : Math.min(asked, BACKOFF.maxOfOthersMs);
  place.pausedUntil = performance.now() + pauseMs;
}

/** Waits for a look for a while; what it comes to afterwards is heard by nobody but the log. */
async function held(needs: LookNeeds, look: Look, work: Promise<Findings>): Promise<Findings> {
  const { promise: isOver, resolve } = Promise.withResolvers<Findings>();
  const timer = setTimeout(() => {
    look.isHeard = false;
    resolve(GOES_ON);
    work.catch((error: unknown) => needs.warn(`A look led nowhere; the sweep will: ${reasonOf(error, 300)}`));
  }, HOLD_MS);
  try {
    return await Promise.race([work, isOver]);
  } finally {
    clearTimeout(timer);
  }
}
