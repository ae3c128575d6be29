import { createHash } from "node:crypto";
import { Html, html } from "../kit/html.ts";
import type { Card } from "./card.ts";
import { drawCard } from "./draw.ts";
import type { Conversation, Invoke, InvokeOutcome, Message, Person, Run, Workflow } from "./schemas.ts";

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.45 "Segoe UI", system-ui, sans-serif; --line: GrayText; }
body { margin: 0 auto; max-width: 78rem; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; }
nav a, nav strong { margin-inline-end: 0.75rem; }
.channels { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); }
article { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 1rem; overflow-wrap: anywhere; padding: 0.75rem; }
article.failed { border: 2px solid #c4314b; }
header, .subtle { opacity: 0.75; } header { font-size: 0.85rem; }
.text { margin: 0 0 0.4rem; white-space: pre-line; }
.separated { border-top: 1px solid var(--line); padding-top: 0.4rem; }
.size-small { font-size: 0.85rem; } .size-medium { font-size: 1.1rem; }
.size-large { font-size: 1.25rem; } .size-extraLarge { font-size: 1.5rem; }
.weight-bolder { font-weight: 600; } .weight-lighter { font-weight: 300; } .monospace { font-family: monospace; }
.color-good { color: light-dark(#237b4b, #92c353); } .color-warning { color: light-dark(#8a5a00, #ffd335); }
.color-attention { color: light-dark(#c4314b, #f9526b); } .color-accent { color: light-dark(#4f52b2, #a6a7dc); }
.italic { font-style: italic; } .strikethrough { text-decoration: line-through; } .underline { text-decoration: underline; }
.highlight { background: Mark; color: MarkText; }
.facts { display: grid; gap: 0 0.75rem; grid-template-columns: fit-content(12rem) 1fr; margin: 0 0 0.4rem; }
.facts dt { font-weight: 600; } .facts dd { margin: 0; }
.columns { display: flex; gap: 0.75rem; } .wide { flex: 1; }
.emphasis, .good, .attention, .warning, .accent { border-inline-start: 4px solid var(--line); padding-inline-start: 0.5rem; }
.good { border-color: #237b4b; } .attention { border-color: #c4314b; } .warning { border-color: #8a5a00; } .accent { border-color: #4f52b2; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.5rem; }
.action a, button, details.action > summary { border: 1px solid var(--line); border-radius: 4px; display: inline-block; font: inherit;
  padding: 0.3rem 0.7rem; text-decoration: none; }
.action a { color: CanvasText; } a:focus-visible, button:focus-visible, summary:focus-visible { outline: 3px solid Highlight; }
label { display: block; } input, textarea { display: block; font: inherit; margin: 0.2rem 0 0.5rem; width: 95%; }
pre { font-size: 0.8rem; max-height: 12rem; overflow: auto; white-space: pre-wrap; }
`;
const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;

/** A page that runs nothing, loads nothing, and sends its forms only to where it came from. */
export const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src '${STYLE_HASH}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  // Forms must say where they came from, and nobody else needs to know.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
} as const;

/** One message, as whoever looks sees it. */
export interface SeenMessage {
  readonly message: Message;
  /** The cards, of which the first may be for this reader alone. */
  readonly cards: readonly Card[];
  readonly isForReaderAlone: boolean;
  /** Whether Teams would refresh it by itself now, and whether it can be refreshed at all. */
  readonly refresh: "none" | "manual" | "automatic";
  /** The last click of this reader on it. */
  readonly lastInvoke: Invoke | undefined;
}

/** A channel and what happened in it, newest first. */
export interface SeenChannel {
  readonly conversation: Conversation;
  readonly entries: readonly SeenEntry[];
}

export type SeenEntry =
  | { readonly kind: "message"; readonly at: string; readonly seen: SeenMessage }
  | { readonly kind: "failedRun"; readonly at: string; readonly run: Run; readonly workflow: Workflow };

/** Everything on the page. */
export interface Seen {
  readonly people: readonly Person[];
  readonly reader: Person | undefined;
  readonly channels: readonly SeenChannel[];
}

/** How often the page is looked at again, in seconds, unless something is being typed in. */
const RELOAD_SECONDS = 5;

/** The page, whole. */
export function drawPage(seen: Seen): { readonly markup: string; readonly headers: Record<string, string> } {
  const { channels, reader } = seen;
  const content = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Teams</title><style>${new Html(STYLE)}</style></head>
<body><h1>Teams</h1>
<p>This page stands in for Microsoft Teams: it shows what was posted to the channels, newest first.</p>
<nav>${drawReaders(seen)}</nav>
<main class="channels">${channels.map((channel) => drawChannel(channel, reader))}</main></body>
</html>
`;
  const hasInputs = /<(input name="input|textarea)/.test(content.markup);
  return {
    markup: content.markup,
    headers: { ...PAGE_HEADERS, ...(!hasInputs && { refresh: String(RELOAD_SECONDS) }) },
  };
}

function drawReaders({ people, reader }: Seen): Html {
  const choices = people.map((person) =>
    person === reader
      ? html`<strong>${person.displayName}</strong>`
      : html`<a href="/?as=${encodeURIComponent(person.name)}">${person.displayName}</a>`,
  );
  const nobody = reader === undefined ? html`<strong>nobody</strong>` : html`<a href="/">nobody</a>`;
  return html`You are: ${nobody}${choices}<a href="${addressFor(reader)}">Reload</a>`;
}

/** Where the page is as one person sees it. */
export const addressFor = (reader: Person | undefined): string =>
  reader === undefined ? "/" : `/?as=${encodeURIComponent(reader.name)}`;

function drawChannel({ conversation, entries }: SeenChannel, reader: Person | undefined): Html {
  const drawn = entries.map((entry) =>
    entry.kind === "message" ? drawMessage(entry.seen, reader) : drawFailedRun(entry.run, entry.workflow),
  );
  const empty = entries.length === 0 ? html`<p>Nothing was posted here.</p>` : html``;
  return html`<section><h2>${conversation.name}</h2>${empty}${drawn}</section>`;
}

function drawMessage(seen: SeenMessage, reader: Person | undefined): Html {
  const { message, cards, isForReaderAlone, lastInvoke } = seen;
  const { author, postedAt, updatedAt, text, threadId } = message;
  const reply = threadId === undefined ? html`` : html`, <a href="#m${threadId}">in a thread</a>`;
  const updated = updatedAt === undefined ? "" : `, updated ${timeOf(updatedAt)}`;
  const alone = isForReaderAlone ? `, as only ${reader?.displayName ?? "you"} sees it` : "";
  const [first, ...others] = cards;
  return html`<article id="m${message.id}">
<header>${author.name} · ${timeOf(postedAt)}${reply}${updated}${alone}</header>
${text === undefined ? html`` : html`<p class="text">${text}</p>`}
${first === undefined ? html`` : inForm(message, reader, drawCard(first, reader !== undefined))}
${others.map((card) => drawCard(card, false))}${drawRefresh(seen, reader)}
${lastInvoke === undefined ? html`` : drawOutcome(lastInvoke)}
</article>
`;
}

const inForm = (message: Message, reader: Person | undefined, content: Html): Html =>
  html`<form method="post" action="/click"><input type="hidden" name="message" value="${message.id}"><input type="hidden" name="person" value="${reader?.name ?? ""}">${content}</form>`;

function drawRefresh({ message, refresh }: SeenMessage, reader: Person | undefined): Html {
  if (refresh === "none" || reader === undefined) return html``;
  const label =
    refresh === "automatic"
      ? `Refresh, as Teams does when ${reader.displayName} sees the card`
      : `Refresh for ${reader.displayName}`;
  return inForm(
    message,
    reader,
    html`<p class="actions"><button name="refresh" value="${refresh}">${label}</button></p>`,
  );
}

/** What whoever clicked gets to read, and what whoever runs this wants to know. */
function drawOutcome({ person, title, outcome, at }: Invoke): Html {
  return html`<p role="status">${timeOf(at)} ${person} clicked ${title}: ${outcomeOf(outcome)}</p>`;
}

function outcomeOf(outcome: InvokeOutcome): Html {
  switch (outcome.kind) {
    case "card":
      return html`the card was replaced.`;
    case "message":
      return html`${outcome.text}`;
    case "refused":
      return html`<strong>${outcome.message}</strong> (${outcome.code})`;
    case "failed":
      return html`<strong>Something went wrong. Please try again.</strong> ${outcome.why}`;
  }
}

function drawFailedRun({ at, error, body }: Run, workflow: Workflow): Html {
  return html`<article class="failed">
<header>${workflow.name} · ${timeOf(at)}</header>
<p><strong>A run failed, and nothing was shown: ${error?.code ?? ""}</strong></p>
<pre>${error?.message ?? ""}</pre>
<details><summary>what came</summary><pre>${body}</pre></details>
</article>
`;
}

const timeOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
