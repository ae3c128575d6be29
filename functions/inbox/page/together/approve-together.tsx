import { useEffect, useState } from "preact/hooks";
import { type RequestDetail, requestPath } from "../api.ts";
import { useInbox } from "../inbox.ts";
import { ReasonField, useReason } from "../request/reason-field.tsx";
import { Dialog } from "../shell/dialog.tsx";
import { Outcomes } from "./outcomes.tsx";
import { approveAll, type Candidate, candidatesOf, isReasonRequired, type Outcome } from "./together.ts";

interface Props {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

/** Beside requests, whose ids have another form. */
const DRAFT = "together";

/** Several requests of one kind, read anew before they are approved, each for itself; what became of each stands beside it. */
export function ApproveTogether({ ids, onClose }: Props) {
  const { client, session, drafts, decided, announcement } = useInbox();
  const candidates = useCandidates(ids);
  const [outcomes, setOutcomes] = useState<readonly Outcome[] | null>(null);
  const [reason, setReason] = useState(() => drafts.of(DRAFT));
  const count = (candidates ?? []).filter(({ kind }) => kind === "approvable").length;
  const { field, isGiven } = useReason(isReasonRequired(candidates ?? []), reason);

  const approve = async () => {
    if (!isGiven()) return;
    setOutcomes([]);
    drafts.write(DRAFT, "");
    const ask = (id: string, asked: number) =>
      client.post(requestPath(id, "/reviews"), { review: "approve", asked, reason: reason.trim() });
    await approveAll(candidates ?? [], ask, (outcome) => {
      setOutcomes((had) => [...(had ?? []), outcome]);
      if (outcome.next.kind !== "signIn") return;
      drafts.write(DRAFT, reason);
      void session.signIn(outcome.next.claims);
    });
    decided.set(decided.get() + 1);
    announcement.set("What became of each stands beside it.");
  };

  return (
    <Dialog title={`Approve ${count} together`} onClose={onClose}>
      {candidates === null && <p role="status">Reading them …</p>}
      {candidates !== null && <Outcomes candidates={candidates} outcomes={outcomes} />}
      {count > 0 && outcomes === null && <ReasonField {...field} onWrite={setReason} />}
      <div class="buttons">
        <button type="button" onClick={onClose}>
          {outcomes === null ? "Cancel" : "Close"}
        </button>
        {outcomes === null && (
          <button type="button" class="primary" disabled={count === 0} onClick={() => void approve()}>
            Approve {count}
          </button>
        )}
      </div>
    </Dialog>
  );
}

/** Each request as it is now; null until all were read. */
function useCandidates(ids: readonly string[]): readonly Candidate[] | null {
  const { client } = useInbox();
  const [candidates, setCandidates] = useState<readonly Candidate[] | null>(null);
  useEffect(() => {
    const read = ids.map(async (id) => ({ id, reply: await client.get<RequestDetail>(requestPath(id)) }));
    void Promise.all(read).then((all) => setCandidates(candidatesOf(all)));
  }, []);
  return candidates;
}
