import { type Actions, actionsOf } from "./actions.ts";
import { type AskedSection, askedSection, type DeadlineSection, deadlineSection } from "./asked.ts";
import { type ConsumerSection, consumerSection, partiesOf } from "./consumer.ts";
import { type GrantsSection, grantsSection } from "./grants.ts";
import { type HistorySection, historySection } from "./history.ts";
import type { ScreenInput } from "./input.ts";
import { allShown } from "./shown.ts";
import { type Status, statusOf } from "./status.ts";
import { type NearMissSection, nearMissSection, type WhySection, whySection } from "./why.ts";

/** All that a person needs to decide, in the order in which they need it. */
export interface Sections {
  readonly consumer: ConsumerSection;
  readonly message: MessageSection;
  readonly why: WhySection;
  readonly nearMisses: NearMissSection;
  readonly history: HistorySection;
  readonly asked: AskedSection | null;
  readonly deadline: DeadlineSection | null;
  readonly grants: GrantsSection;
}

/** The consumer's own words: to be quoted, and never made a link. */
export interface MessageSection {
  readonly heading: string;
  /** Empty where they left none. */
  readonly text: string;
  readonly sentence: string;
}

/** What the page, the command line and cards say of a request: each renders it, and none adds to it. */
export interface Screen {
  readonly id: string;
  /** Who asks for what: `pe-payments → aks-prod`. */
  readonly title: string;
  readonly status: Status;
  readonly sections: Sections;
  readonly actions: Actions;
}

/** What there is to say of a request to this person at this moment. No text in it can be obeyed by a screen. */
export function screenOf(input: ScreenInput): Screen {
  const { request, now } = input;
  const { endpoint, cluster } = partiesOf(request);
  return allShown({
    id: request.id,
    title: `${endpoint} → ${cluster}`,
    status: statusOf(request, now),
    sections: {
      consumer: consumerSection(input),
      message: messageSection(request.requestMessage),
      why: whySection(input),
      nearMisses: nearMissSection(request.verdict),
      history: historySection(input),
      asked: askedSection(input),
      deadline: deadlineSection(input),
      grants: grantsSection(input),
    },
    actions: actionsOf(input),
  });
}

const messageSection = (text: string): MessageSection => ({
  heading: "Their message",
  text,
  sentence:
    text === "" ? "They left no message." : "The consumer wrote this. Nobody has checked whether it is true.",
});
