import type { Notice } from "../channel.ts";
import type { Execute, TextInput, Verb } from "./elements.ts";

/** The question that a card lets people answer. */
export interface AskedInCard {
  readonly request: string;
  /** Number of the record that asks. */
  readonly asked: number;
  readonly reasonRequired: boolean;
}

/** The question, where it waits for people and the policy lets them answer in a card; null elsewhere. */
export function askedInCard({
  requestId,
  request,
}: Pick<Notice, "requestId" | "request">): AskedInCard | null {
  if (request.state !== "waiting") return null;
  const { seq, requirement } = request.ask;
  if (!requirement.inCard) return null;
  return { request: requestId, asked: seq, reasonRequired: requirement.reasonRequired };
}

interface Answers {
  readonly inputs: readonly TextInput[];
  readonly actions: readonly Execute[];
}

export const NO_ANSWERS: Answers = { inputs: [], actions: [] };

/** Longer reasons are refused, as they are elsewhere. */
const MAX_REASON_CHARACTERS = 500;

export const answersOf = (asked: AskedInCard): Answers => ({
  inputs: [
    {
      type: "Input.Text",
      id: "reason",
      label: asked.reasonRequired ? "Why" : "Why; a rejection must say",
      isMultiline: true,
      maxLength: MAX_REASON_CHARACTERS,
    },
  ],
  actions: [click("approve", "Approve", asked), click("reject", "Reject", asked)],
});

export const click = (verb: Verb, title: string, { request, asked }: AskedInCard): Execute => ({
  type: "Action.Execute",
  title,
  verb,
  data: { request, asked },
});
