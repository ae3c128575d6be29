import { useEffect, useRef, useState } from "preact/hooks";
import type { Me } from "../api.ts";
import { useRoute, useStore } from "../hooks.ts";
import { type Inbox, InboxProvider } from "../inbox.ts";
import { actionOf } from "../keys.ts";
import { Requests } from "../list/requests.tsx";
import { isPassing, type Refusal, SIGNED_OUT } from "../reply.ts";
import type { Route } from "../route.ts";
import { AuditView } from "../views/audit.tsx";
import { OverviewView } from "../views/overview.tsx";
import { PolicyView } from "../views/policy.tsx";
import { askWho } from "../who.ts";
import { Boundary } from "./boundary.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { Notice } from "./notice.tsx";
import { TopBar } from "./top-bar.tsx";
import { isTyping } from "./typing.ts";

/** What somebody sees who has signed in. */
export function Shell({ inbox, trouble }: { readonly inbox: Inbox; readonly trouble: string | null }) {
  const route = useRoute();
  const who = useWho(inbox, trouble);
  const { me } = who;
  const [areKeysOn, setKeysOn] = useState(true);
  const [isHelpShown, showHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  useHelpKey(areKeysOn, () => showHelp(true));
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <TopBar
        view={viewOf(route)}
        name={me.name}
        onHelp={() => showHelp(true)}
        onSignOut={() => inbox.session.signOut()}
      />
      {trouble !== null && <Trouble because={trouble} onSignIn={() => void inbox.session.signIn()} />}
      <main ref={main} tabIndex={-1}>
        <InboxProvider value={{ ...inbox, me }}>
          <Missing {...who} />
          <Boundary key={viewOf(route)}>
            <View route={route} areKeysOn={areKeysOn} />
          </Boundary>
        </InboxProvider>
      </main>
      <Announcer inbox={inbox} />
      {isHelpShown && <KeysDialog areOn={areKeysOn} onToggle={setKeysOn} onClose={() => showHelp(false)} />}
    </>
  );
}

/** One view a file; the address says which. */
function View({ route, areKeysOn }: { readonly route: Route; readonly areKeysOn: boolean }) {
  switch (route.view) {
    case "list":
    case "request":
      return <Requests route={route} areKeysOn={areKeysOn} />;
    case "audit":
      return <AuditView rest={route.rest} filters={route.filters} areKeysOn={areKeysOn} />;
    case "policy":
      return <PolicyView rest={route.rest} />;
    case "overview":
      return <OverviewView />;
    case "nowhere":
      return (
        <div class="page">
          <h1>Nothing is here</h1>
          <p>
            The address leads nowhere. <a href="#/">See what waits for you.</a>
          </p>
        </div>
      );
  }
}

/** A list and a request of it are one view: the list stays as it is while a request is open. */
const viewOf = ({ view }: Route): Route["view"] => (view === "request" ? "list" : view);

/** Nobody in particular, as long as it is not known who: what is to be seen is asked for meanwhile. */
const UNKNOWN: Me = { oid: "", name: "", roles: [], groups: [], missing: [] };

/** Who is signed in; asked once more after trouble, since it may be with other roles. */
function useWho(
  { client }: Inbox,
  trouble: string | null,
): { readonly me: Me; readonly refusal: Refusal | null } {
  const [me, setMe] = useState(UNKNOWN);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    if (trouble !== null) return;
    return askWho(client, (reply) => {
      setRefusal(reply.ok ? null : reply.refusal);
      if (reply.ok) setMe(reply.value);
    });
  }, [client, trouble]);
  return { me, refusal };
}

/** Why somebody cannot work here, or not fully. */
const Missing = ({ me, refusal }: ReturnType<typeof useWho>) => (
  <>
    {refusal !== null && refusal.code !== SIGNED_OUT && (
      <Notice tone="waiting">
        Nobody knows yet who you are. {refusal.sentence} {isPassing(refusal) && "The page asks again."}
      </Notice>
    )}
    {me.missing.map(({ code, sentence }) => (
      <Notice key={code} tone="waiting">
        {sentence}
      </Notice>
    ))}
  </>
);

const Trouble = ({ because, onSignIn }: { readonly because: string; readonly onSignIn: () => void }) => (
  <div class="trouble">
    <Notice tone="bad">
      <p>{because} What you wrote is kept.</p>
      <button type="button" onClick={onSignIn}>
        Sign in again
      </button>
    </Notice>
  </div>
);

/** What screen readers say without the focus going anywhere. */
function Announcer({ inbox }: { readonly inbox: Inbox }) {
  const text = useStore(inbox.announcement);
  return (
    <div class="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function useHelpKey(areKeysOn: boolean, onHelp: () => void): void {
  useEffect(() => {
    if (!areKeysOn) return;
    const listen = (event: KeyboardEvent) => {
      if (actionOf(event) === "help" && !isTyping(event)) onHelp();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  });
}
