import { render } from "preact";
import { Client } from "./client.ts";
import { AppClock } from "./clock.ts";
import { Drafts } from "./drafts.ts";
import type { Inbox } from "./inbox.ts";
import { App } from "./shell/app.tsx";
import { type Browser, Session } from "./sign-in/session.ts";
import { Store } from "./store.ts";

const browser: Browser = {
  // Looked up when it is needed: a browser may refuse it to the page.
  keep: () => sessionStorage,
  fetch: (...call) => fetch(...call),
  page: `${location.origin}${location.pathname}`,
  hash: () => location.hash,
  replaceHash: (hash) => history.replaceState(null, "", `${location.pathname}${hash}`),
  go: (url) => location.assign(url),
};

function start(place: Element): void {
  const clock = new AppClock(Date.now);
  const drafts = new Drafts();
  const session = new Session(browser, clock, drafts);
  const client = new Client({ fetch: browser.fetch, tokens: session, onDate: (date) => clock.heard(date) });
  const inbox: Inbox = { session, client, clock, drafts, decided: new Store(0), announcement: new Store("") };
  followSignOut(session);
  render(<App inbox={inbox} />, place);
  void session.start();
}

/** Who signs out in one tab has signed out in all of them. */
function followSignOut(session: Session): void {
  const others = new BroadcastChannel("inbox.sign-out");
  others.onmessage = () => session.forget();
  session.onSignOut = () => others.postMessage(null);
}

const place = document.getElementById("inbox");
if (place !== null) start(place);
