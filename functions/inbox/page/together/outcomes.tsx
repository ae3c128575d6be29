import { screenOf } from "../../../../shared/view/index.ts";
import { useNow } from "../hooks.ts";
import { requestHash } from "../route.ts";
import type { Candidate, Outcome } from "./together.ts";

interface Props {
  readonly candidates: readonly Candidate[];
  /** Null before they are approved; then those that are known. */
  readonly outcomes: readonly Outcome[] | null;
}

/** Each of those chosen: who asks for what, in their words, and what becomes of it. */
export function Outcomes({ candidates, outcomes }: Props) {
  const now = useNow();
  return (
    <ul class="together">
      {candidates.map((candidate) => (
        <li key={candidate.id} class={candidate.kind}>
          <Asks candidate={candidate} now={now} />
          <strong>{wordOf(candidate, outcomes)}</strong>
        </li>
      ))}
    </ul>
  );
}

function Asks({
  candidate,
  now,
}: {
  readonly candidate: Candidate;
  readonly now: ReturnType<typeof useNow>;
}) {
  if (candidate.kind === "not") return <a href={requestHash(candidate.id)}>{candidate.id}</a>;
  const { request } = candidate;
  const { title, sections } = screenOf({ ...request, request, recent: [], now });
  return (
    <span>
      <a href={requestHash(candidate.id)}>{title}</a>
      <small>{sections.consumer.sentence}</small>
      {sections.message.text !== "" && <q class="foreign">{sections.message.text}</q>}
    </span>
  );
}

function wordOf(candidate: Candidate, outcomes: readonly Outcome[] | null): string {
  if (candidate.kind === "not") return `Not this one: ${candidate.because}`;
  if (outcomes === null) return "";
  const next = outcomes.find(({ id }) => id === candidate.id)?.next;
  switch (next?.kind) {
    case undefined:
      return "Waits for its turn …";
    case "recorded":
      return "Recorded";
    case "changed":
      return "Not recorded: what is asked has changed. Open it.";
    case "signIn":
      return "Not recorded: sign in again first.";
    case "unknown":
    case "refused":
      return `${next.kind === "unknown" ? "Perhaps recorded" : "Not recorded"}: ${next.sentence}`;
  }
}
