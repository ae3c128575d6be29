import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { type RequestDetail, requestPath } from "../api.ts";
import { isOnRecord, type Next, nextAfter, type Verb } from "../decisions.ts";
import { useInbox } from "../inbox.ts";
import type { Reply } from "../reply.ts";
import type { Seen } from "./use-seen.ts";

/** What somebody does about a request, and what came of it. */
export interface Decision {
  readonly isBusy: boolean;
  /** What the person is told beside where the request stands; null while they did nothing. */
  readonly said: Said | null;
  decide(verb: Verb, reason: string): Promise<void>;
}

export interface Said {
  readonly tone: "good" | "bad";
  readonly sentence: string;
}

const RECORDED: Readonly<Record<Verb, string>> = {
  approve: "Your approval is recorded.",
  reject: "Your rejection is recorded.",
  withdraw: "Your review is withdrawn.",
  retry: "Recorded: the app tries again.",
  reopen: "Recorded: the request is taken up again.",
};

const NOTHING_YET = "The app gave no answer, and it is not on record. Try again in a moment.";

/** Whatever somebody does is shown once the app has said so, never before. */
export function useDecision(request: RequestDetail, seen: Seen, status: RefObject<HTMLElement>): Decision {
  const { client, session, drafts, decided, announcement, me } = useInbox();
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const isUnderWay = useRef(false);

  const ask = (verb: Verb, reason: string): Promise<Reply<unknown>> =>
    verb === "retry" || verb === "reopen"
      ? client.post(requestPath(request.id, `/${verb}`), {})
      : client.post(requestPath(request.id, "/reviews"), { review: verb, asked: request.ask?.seq, reason });

  const say = (next: Said | null) => {
    setSaid(next);
    announcement.set(next?.sentence ?? "");
    status.current?.focus();
  };

  const decide = async (verb: Verb, reason: string): Promise<void> => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    try {
      const { came: next, now } = await seen.during(
        async () => nextAfter(await ask(verb, reason)),
        ({ kind }) => kind !== "changed",
      );
      if (next.kind === "signIn") return await session.signIn(next.claims);
      const isDone = next.kind === "recorded" || (now !== null && isOnRecord(verb, me.oid, request, now));
      if (isDone) drafts.write(request.id, "");
      say(isDone ? { tone: "good", sentence: RECORDED[verb] } : saidOf(next, now !== null));
      decided.set(decided.get() + 1);
    } finally {
      isUnderWay.current = false;
      setBusy(false);
    }
  };
  return { isBusy, said, decide };
}

/** @param isRead whether the request was read afterwards, and shows nothing of what was asked for */
function saidOf(next: Next, isRead: boolean): Said | null {
  switch (next.kind) {
    case "unknown":
      return { tone: "bad", sentence: isRead ? NOTHING_YET : next.sentence };
    case "refused":
      return { tone: "bad", sentence: next.sentence };
    case "changed":
      return { tone: "bad", sentence: "Nothing is recorded: what is asked has changed." };
    case "signIn":
    case "recorded":
      return null;
  }
}
