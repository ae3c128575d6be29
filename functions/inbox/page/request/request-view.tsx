import { useEffect, useRef } from "preact/hooks";
import { screenOf } from "../../../../shared/view/index.ts";
import { type RequestDetail, type RequestPage, requestPath, type Trail } from "../api.ts";
import { useNow, useRead, useTitle } from "../hooks.ts";
import { useInbox } from "../inbox.ts";
import { listHash, type Route, withQuery } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { Reading } from "../shell/stale.tsx";
import { ActionBar } from "./action-bar.tsx";
import { ChangeNotice } from "./change-notice.tsx";
import { Sections } from "./sections.tsx";
import { StatusLine } from "./status-line.tsx";
import { Timeline } from "./timeline.tsx";
import { useDecision } from "./use-decision.ts";
import { useSeen } from "./use-seen.ts";

interface Props {
  readonly id: string;
  /** What the link was about that led here; null where it does not say. */
  readonly asked: number | null;
  /** The list to go back to. */
  readonly back: Extract<Route, { view: "list" }>;
}

/** One request: all that a person needs to decide, and what they can do. */
export function RequestView({ id, asked, back }: Props) {
  const seen = useSeen(id);
  const { request, refusal } = seen;
  return (
    <article class="request">
      <a class="back" href={listHash(back.tab, back.filters)}>
        ← Back to the list
      </a>
      <Reading refusal={refusal} isRead={request !== null} />
      {request === null ? <h1>Request</h1> : <Loaded request={request} seen={seen} asked={asked} />}
    </article>
  );
}

interface LoadedProps {
  readonly request: RequestDetail;
  readonly seen: ReturnType<typeof useSeen>;
  readonly asked: number | null;
}

const MORE_THAN_SHOWN = 4;

function Loaded({ request, seen, asked }: LoadedProps) {
  const { session } = useInbox();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const status = useRef<HTMLParagraphElement>(null);
  const { id, seq, consumerSubscription } = request;
  const trail = useRead<Trail>(requestPath(id, "/audit"), seq);
  const recent = useRead<RequestPage>(recentPath(consumerSubscription), id);
  const decision = useDecision(request, seen, status);
  const screen = screenOf({
    // What is said beside it: facts, descriptions and viewer.
    ...request,
    request,
    recent: recent?.ok ? recent.value.requests : [],
    now,
    homeTenant: session.tenant,
  });
  useEffect(() => heading.current?.focus(), []);
  useTitle(screen.title);
  const isOldLink = asked !== null && request.ask !== null && request.ask.seq !== asked;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {screen.title}
      </h1>
      <StatusLine at={status} status={screen.status} said={decision.said} />
      {isOldLink && <Notice tone="waiting">What was asked has changed since you were told of it.</Notice>}
      <ChangeNotice seen={seen} />
      <Sections sections={screen.sections} />
      <Timeline trail={trail} now={now} id={id} />
      <ActionBar screen={screen} isHeld={seen.held !== null} decision={decision} />
    </>
  );
}

const recentPath = (consumer: string | null): string | null =>
  consumer === null ? null : withQuery("/api/requests", { consumer, limit: String(MORE_THAN_SHOWN) });
