import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isCalledByOwnName, isOfSameOrigin } from "../kit/origin.ts";
import { readBody } from "../kit/read-body.ts";
import { type Card, type Execute, executesOf } from "./card.ts";
import { type Click, cardSeenBy, invoke, refreshesFor } from "./invoke.ts";
import { addressFor, drawPage, PAGE_HEADERS, type Seen, type SeenChannel, type SeenMessage } from "./page.ts";
import type { Conversation, Invoke, Message, Person, Run } from "./schemas.ts";
import { type Service, serveWith } from "./server.ts";
import type { Teams } from "./teams.ts";

/** Messages and runs on the page, the newest. */
const SHOWN = 100;

/** Larger than any form of the page. */
const MAX_FORM_BYTES = 64 * 1024;

/**
 * Serves the page for people, over plain HTTP: no browser trusts the authority of this machine. A click is taken of the
 * page itself only.
 */
export function servePage(server: Server, teams: Teams): Service {
  return serveWith(server, teams.log, async (request, response) => {
    const url = URL.parse(request.url ?? "/", "http://page");
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isCalledByOwnName(request.headers)) refuse(response, 403, "This page answers to its own name only.");
    else if (isRead && url?.pathname === "/") show(teams, url.searchParams.get("as"), response);
    else if (request.method === "POST" && url?.pathname === "/click") await click(teams, request, response);
    else refuse(response, 404, "There is nothing here.");
  });
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...PAGE_HEADERS, "content-type": "text/plain; charset=utf-8" });
  response.end(why);
}

function show(teams: Teams, name: string | null, response: ServerResponse): void {
  const { people } = teams.organisation;
  const { markup, headers } = drawPage(
    seenBy(
      teams,
      people.find((person) => person.name === name),
    ),
  );
  response.writeHead(200, headers);
  response.end(markup);
}

async function click(teams: Teams, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isOfSameOrigin(request.headers)) return refuse(response, 403, "Only this page's own buttons work.");
  const body = await readBody(request, MAX_FORM_BYTES);
  const wanted = clickIn(teams, new URLSearchParams(body?.toString() ?? ""));
  if (wanted === undefined)
    return refuse(response, 404, "The card has changed meanwhile. Go back and reload.");
  await invoke(teams, wanted);
  response.writeHead(303, { location: `${addressFor(wanted.person)}#m${wanted.message.id}` });
  response.end();
}

/** What a form says; undefined when there is no such card or button any more. */
function clickIn(teams: Teams, form: URLSearchParams): Click | undefined {
  const message = teams.store.messages.get(form.get("message") ?? "");
  const person = teams.organisation.people.find(({ name }) => name === form.get("person"));
  if (message === undefined || person === undefined) return undefined;
  const refresh = form.get("refresh");
  const action = actionIn(teams, { message, person, refresh, index: form.get("action") });
  if (action === undefined) return undefined;
  const typed = [...form].flatMap(([name, value]) =>
    name.startsWith("input.") ? [[name.slice("input.".length), value] as const] : [],
  );
  const inputs = refresh !== null || action.associatedInputs === "none" ? {} : Object.fromEntries(typed);
  return { message, person, action, inputs, trigger: refresh === "automatic" ? "automatic" : "manual" };
}

interface Pressed {
  readonly message: Message;
  readonly person: Person;
  readonly refresh: string | null;
  readonly index: string | null;
}

function actionIn(teams: Teams, { message, person, refresh, index }: Pressed): Execute | undefined {
  const card = cardSeenBy(teams, message, person);
  if (card === undefined) return undefined;
  return refresh === null ? executesOf(card)[Number(index ?? Number.NaN)] : card.refresh?.action;
}

/** What the page is drawn of, read once. */
interface Posted {
  readonly messages: readonly Message[];
  readonly runs: readonly Run[];
  readonly invokes: readonly Invoke[];
}

function seenBy(teams: Teams, reader: Person | undefined): Seen {
  const { people, conversations } = teams.organisation;
  const { messages, runs, invokes } = teams.store;
  const posted = {
    messages: messages.newest(SHOWN),
    runs: runs.newest(SHOWN),
    invokes: invokes.newest(SHOWN),
  };
  const channels = conversations.map((conversation) => channelOf(teams, conversation, posted, reader));
  return { people, reader, channels };
}

function channelOf(
  teams: Teams,
  conversation: Conversation,
  { messages, runs, invokes }: Posted,
  reader: Person | undefined,
): SeenChannel {
  const workflows = teams.organisation.workflows.filter((one) => one.conversationId === conversation.id);
  const failed = runs.flatMap((run) => {
    const workflow = workflows.find(({ id }) => id === run.workflowId);
    if (workflow === undefined || run.error === undefined) return [];
    return [{ kind: "failedRun", at: run.at, run, workflow } as const];
  });
  const shown = messages
    .filter(({ conversationId }) => conversationId === conversation.id)
    .map((message) => {
      const seen = seenMessage(teams, message, invokes, reader);
      return { kind: "message", at: message.postedAt, seen } as const;
    });
  return { conversation, entries: [...shown, ...failed].toSorted((a, b) => b.at.localeCompare(a.at)) };
}

function seenMessage(
  teams: Teams,
  message: Message,
  invokes: readonly Invoke[],
  reader: Person | undefined,
): SeenMessage {
  const asAll = { message, cards: message.cards, isForReaderAlone: false } as const;
  if (reader === undefined) return { ...asAll, refresh: "none", lastInvoke: undefined };
  const lastInvoke = invokes.find((one) => one.messageId === message.id && one.person === reader.name);
  const view = teams.store.messages.viewOf(message.id, reader.oid);
  const refresh = refreshOf(view ?? message.cards[0], message, reader);
  if (view === undefined) return { ...asAll, refresh, lastInvoke };
  return { message, cards: [view, ...message.cards.slice(1)], isForReaderAlone: true, refresh, lastInvoke };
}

function refreshOf(card: Card | undefined, { author }: Message, reader: Person): SeenMessage["refresh"] {
  if (card?.refresh === undefined) return "none";
  return refreshesFor(card, author, reader) ? "automatic" : "manual";
}
