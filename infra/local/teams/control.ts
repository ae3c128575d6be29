import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import { hasControlKey } from "../kit/control.ts";
import { parseJson } from "../kit/json-text.ts";
import { executesOf } from "./card.ts";
import { THREAD_LIMITS, WORKFLOW_LIMITS } from "./constants.ts";
import { errorBody } from "./errors.ts";
import { type Click, cardSeenBy, idFor, invoke } from "./invoke.ts";
import type { Answer, Call, Teams } from "./teams.ts";
import { Trouble } from "./troubles.ts";
import { workflowUrl } from "./workflow-url.ts";

/** Turns a flow on or off, or says who may trigger it. What is not given stays as it is. */
const WorkflowChange = z.strictObject({
  id: z.string(),
  isOn: z.boolean().optional(),
  access: z.enum(["anyone", "tenant"]).optional(),
});

/** Takes a bot out of a channel, or puts it back. */
const Installation = z.strictObject({
  botId: z.string(),
  conversationId: z.string(),
  isInstalled: z.boolean(),
});

const Window = z.strictObject({ count: z.int().min(1), windowMs: z.int().min(1) });

/** Limits until the next start; `null`: the real ones. */
const NewLimits = z.strictObject({
  workflows: z.array(Window).nullable().optional(),
  threads: z.array(Window).nullable().optional(),
});

const JsonObject = z.record(z.string(), z.json());

/** Somebody clicks: `verb` says on which action, and without it the card is refreshed. */
const NewClick = z.strictObject({
  messageId: z.string(),
  /** As in `ana`. */
  person: z.string(),
  verb: z.string().optional(),
  trigger: z.enum(["manual", "automatic"]).default("manual"),
  inputs: z.record(z.string(), z.string()).default({}),
  forged: z
    .strictObject({
      claims: JsonObject.optional(),
      activity: JsonObject.optional(),
      authorization: z.string().nullable().optional(),
    })
    .exactOptional(),
});

const Rotation = z.strictObject({
  signsInSeconds: z.number().min(0).default(0),
  formerForSeconds: z.number().min(0).default(3600),
});

/** What the control interface was asked for makes no sense; the sentence says why. */
class NoSuch extends Error {}

const DONE: Answer = { status: 204 };
const listed = (value: unknown): Answer => ({ status: 200, body: { value } });
const after = ({ query }: Call): number => Number(query.get("after") ?? 0);

type Command = (teams: Teams, call: Call) => Answer | Promise<Answer>;

const COMMANDS: Readonly<Record<string, Command>> = {
  "POST /_control/troubles": ({ script }, call) => {
    script.add(read(Trouble, call));
    return DONE;
  },
  "GET /_control/troubles": ({ script }) => listed(script.all()),
  "DELETE /_control/troubles": ({ script }) => {
    script.clear();
    return DONE;
  },
  "GET /_control/requests": ({ store }, call) => listed(store.requests.after(after(call))),
  "GET /_control/runs": ({ store }, call) => listed(store.runs.after(after(call))),
  "GET /_control/invokes": ({ store }, call) => listed(store.invokes.after(after(call))),
  "GET /_control/messages": ({ store }, { query }) => {
    const wanted = query.get("conversation");
    const newest = store.messages.newest(Number(query.get("limit") ?? 1000));
    return listed(newest.filter(({ conversationId }) => wanted === null || conversationId === wanted));
  },
  "DELETE /_control/messages": ({ store }) => {
    store.clear();
    return DONE;
  },
  "POST /_control/workflows": ({ store, organisation }, call) => {
    const { id, isOn, access } = read(WorkflowChange, call);
    if (!organisation.workflows.some((one) => one.id === id)) throw new NoSuch(`There is no workflow ${id}.`);
    if (isOn !== undefined) store.switches.turn(id, isOn);
    if (access !== undefined) store.switches.open(id, access);
    return DONE;
  },
  "POST /_control/installations": ({ store }, call) => {
    const { botId, conversationId, isInstalled } = read(Installation, call);
    store.switches.install(botId, conversationId, isInstalled);
    return DONE;
  },
  "POST /_control/limits": ({ workflowLimits, threadLimits }, call) => {
    const { workflows, threads } = read(NewLimits, call);
    if (workflows !== undefined) workflowLimits.set(workflows ?? WORKFLOW_LIMITS);
    if (threads !== undefined) threadLimits.set(threads ?? THREAD_LIMITS);
    return DONE;
  },
  "POST /_control/invokes": async (teams, call) => {
    const click = clickOf(teams, read(NewClick, call));
    return { status: 200, body: await invoke(teams, click) };
  },
  "POST /_control/keys": async ({ connectorKeys }, call) => {
    const { signsInSeconds, formerForSeconds } = read(Rotation, call);
    const rotation = { signsInMs: signsInSeconds * 1000, formerForMs: formerForSeconds * 1000 };
    return { status: 200, body: { kid: await connectorKeys.rotate(rotation) } };
  },
  "GET /_control/state": (teams) => ({ status: 200, body: stateOf(teams) }),
};

/** Answers a control request; without the key every path is 403. */
export async function control(
  teams: Teams,
  controlKey: string,
  call: Call,
  headers: IncomingHttpHeaders,
): Promise<Answer> {
  if (!hasControlKey(headers, controlKey))
    return { status: 403, body: errorBody("Forbidden", "x-control-key is wrong.") };
  const command = COMMANDS[`${call.method} ${call.path}`];
  if (!command)
    return { status: 404, body: errorBody("NotFound", `Commands: ${Object.keys(COMMANDS).join(", ")}.`) };
  try {
    return await command(teams, call);
  } catch (error) {
    if (error instanceof z.ZodError)
      return { status: 400, body: errorBody("BadRequest", z.prettifyError(error)) };
    if (error instanceof NoSuch) return { status: 404, body: errorBody("NotFound", error.message) };
    throw error;
  }
}

const read = <T>(shape: z.ZodType<T>, { body = "" }: Call): T => shape.parse(parseJson(body));

function clickOf(teams: Teams, wish: z.infer<typeof NewClick>): Click {
  const message = teams.store.messages.get(wish.messageId);
  if (!message) throw new NoSuch(`There is no message ${wish.messageId}.`);
  const person = teams.organisation.people.find(({ name }) => name === wish.person);
  if (!person) throw new NoSuch(`Nobody is called ${wish.person}.`);
  const card = cardSeenBy(teams, message, person);
  const executes = card === undefined ? [] : executesOf(card);
  const action =
    wish.verb === undefined ? card?.refresh?.action : executes.find(({ verb }) => verb === wish.verb);
  if (!action) throw new NoSuch(`The card that ${person.name} sees has no such action.`);
  const { trigger, inputs, forged } = wish;
  return { message, person, action, trigger, inputs, ...(forged && { forged }) };
}

function stateOf({ organisation, store, script, origin, workflowKey, serviceUrl }: Teams): unknown {
  const { conversations, workflows, bots, people } = organisation;
  return {
    serviceUrl,
    conversations,
    workflows: workflows.map((workflow) => ({
      ...workflow,
      url: workflowUrl(origin, workflowKey, workflow.id),
      isOn: store.switches.isOn(workflow.id),
      access: store.switches.accessOf(workflow.id),
    })),
    bots: bots.map((bot) => ({
      ...bot,
      people: Object.fromEntries(people.map((person) => [person.name, idFor(bot, person)])),
    })),
    troubles: script.all(),
  };
}
