import { useEffect } from "preact/hooks";
import { useStore } from "../hooks.ts";
import type { Inbox } from "../inbox.ts";
import { Brand } from "./brand.tsx";
import { Notice } from "./notice.tsx";
import { Shell } from "./shell.tsx";

/** The page, by whether somebody has signed in. */
export function App({ inbox }: { readonly inbox: Inbox }) {
  const { session, client } = inbox;
  const state = useStore(session.state);
  useEffect(() => {
    if (state.kind === "signedOut") client.forget();
  }, [state, client]);
  switch (state.kind) {
    case "signedIn":
      return <Shell inbox={inbox} trouble={state.trouble} />;
    case "starting":
      return (
        <Outside title="Private endpoint approvals">
          <p role="status">Signing you in …</p>
        </Outside>
      );
    case "signedOut":
      return (
        <Outside title="Private endpoint approvals">
          {state.because !== null && <Notice tone="neutral">{state.because}</Notice>}
          <p>Sign in to see which connections wait for you.</p>
          <button type="button" class="primary" onClick={() => void session.signIn()}>
            Sign in
          </button>
        </Outside>
      );
    case "down":
      return (
        <Outside title="You cannot sign in right now">
          <Notice tone="bad">{state.because}</Notice>
          <button type="button" class="primary" onClick={() => void session.start()}>
            Try again
          </button>
        </Outside>
      );
  }
}

/** What is shown to who has not signed in. */
function Outside({
  title,
  children,
}: {
  readonly title: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <>
      <header class="top">
        <Brand />
      </header>
      <main class="outside">
        <h1>{title}</h1>
        {children}
      </main>
    </>
  );
}
