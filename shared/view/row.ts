import type { Instant } from "../connection/connection.ts";
import { actorName, endpointName, placeName } from "../request/names.ts";
import type { ListedRequest } from "../search/summaries.ts";
import { relative } from "./relative.ts";
import { allShown } from "./shown.ts";
import { badgeOf, type Status } from "./status.ts";

/** A request as a list shows it. */
export interface RowView {
  readonly id: string;
  /** Who asks for what: `pe-payments → aks-prod`. */
  readonly title: string;
  readonly endpoint: string;
  readonly cluster: string;
  /** The consumer's subscription, by its name where that is known. */
  readonly consumer: string;
  /** Id of that subscription; null where Azure names none. */
  readonly consumerId: string | null;
  /** The consumer's own words, or their beginning; empty where they left none. */
  readonly message: string;
  readonly status: Pick<Status, "tone" | "word">;
  readonly received: Moment;
  /** Only while it waits for people. */
  readonly deadline: Moment | null;
  /** By whose word: `by rule web-dev`, or `approve, by rule web-dev` where it is not done yet; null while nothing is decided. */
  readonly decided: string | null;
  readonly flags: readonly string[];
}

/** A moment, for who wants it exactly and for who wants to know how far it is. */
export interface Moment {
  readonly at: Instant;
  readonly relative: string;
}

/** A row of a list. No text in it can be obeyed by a screen. */
export const rowOf = (listed: ListedRequest, now: Instant): RowView => allShown(rowViewIn(listed, now));

export const momentOf = (at: Instant, now: Instant): Moment => ({ at, relative: relative(at, now) });

/** The same, as part of a larger view. */
export function rowViewIn(listed: ListedRequest, now: Instant): RowView {
  const { id, state, outcome, cluster, consumer, consumerName, requestMessage, flags } = listed;
  const { receivedAt, deadline, decision, trouble = null } = listed;
  return {
    id,
    title: placeName(listed),
    endpoint: endpointName(listed.endpoint),
    cluster,
    consumer: consumerName ?? consumer ?? "unknown",
    consumerId: consumer,
    message: requestMessage,
    status: badgeOf(state, outcome, trouble),
    received: momentOf(receivedAt, now),
    deadline: deadline === null ? null : momentOf(deadline, now),
    decided: decision === null ? null : decidedBy(decision, outcome),
    flags,
  };
}

const DONE = { approve: "approved", reject: "rejected" } as const;

function decidedBy(
  { decision, by }: NonNullable<ListedRequest["decision"]>,
  outcome: ListedRequest["outcome"],
): string {
  const who = `by ${actorName(by)}`;
  return outcome === DONE[decision] ? who : `${decision}, ${who}`;
}
