import type { Instant } from "../connection/connection.ts";
import { describeAsked } from "../policy/engine/demands.ts";
import { redacted } from "../request/redacted.ts";
import type { RequestIn } from "../request/request.ts";
import { type DeadlineSection, deadlineSection } from "./asked.ts";
import { partiesOf } from "./consumer.ts";
import { demandsOf } from "./demands.ts";
import { allShown } from "./shown.ts";
import { type Status, statusOf } from "./status.ts";

/**
 * What a request looks like to somebody who has a link to it and nothing else: where it stands, what is connected, who is asked,
 * and until when. Nobody's name, no id of a person, no message, no fact, and nothing to do.
 */
export interface LinkView {
  readonly id: string;
  /** Who asks for what: `pe-payments → aks-prod`. */
  readonly title: string;
  readonly status: Status;
  readonly connection: {
    readonly heading: string;
    readonly lines: readonly { readonly label: string; readonly text: string }[];
  };
  readonly asked: {
    readonly heading: string;
    readonly demands: readonly { readonly who: string; readonly text: string }[];
  } | null;
  /** Null once it is decided. */
  readonly deadline: DeadlineSection | null;
}

/** No text in it can be obeyed by a screen. */
export function linkViewOf(request: RequestIn<"waiting" | "applying">, now: Instant): LinkView {
  const { endpoint, subscription, cluster } = partiesOf(request);
  return allShown(
    redacted({
      id: request.id,
      title: `${endpoint} → ${cluster}`,
      status: statusIn(request, now),
      connection: {
        heading: "What is to be connected",
        lines: [
          { label: "Private endpoint", text: endpoint },
          { label: "Subscription", text: subscription },
          { label: "Cluster", text: cluster },
        ],
      },
      asked: askedOf(request),
      deadline: deadlineSection({ request, now }),
    }),
  );
}

/** Whose decision it was is not for everybody, nor what keeps the app from going on. */
function statusIn(request: RequestIn<"waiting" | "applying">, now: Instant): Status {
  const status = statusOf({ ...request, delay: null, interruption: null, missing: null }, now);
  if (request.state === "waiting") return status;
  return {
    ...status,
    sentence: "It is decided, and the app writes the answer to Azure. How it ended is told in the inbox.",
  };
}

function askedOf({ ask, state, verdict }: RequestIn<"waiting" | "applying">): LinkView["asked"] {
  if (ask === null) return null;
  return {
    heading: state === "waiting" ? "Who is asked" : "Who was asked",
    demands: demandsOf(ask, verdict).map(({ demand, needed, approvals }) => ({
      who: describeAsked(demand),
      text: `${approvals.length} of ${needed}`,
    })),
  };
}
