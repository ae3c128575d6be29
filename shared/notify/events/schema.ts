import * as z from "zod";
import { Instant, RequestId } from "../../connection/connection.ts";
import { Actor, DecisionKind, HintSource, Outcome, RequestState } from "../../request/terms.ts";
import { EventKind } from "./kinds.ts";

const Named = z.object({ id: z.string().describe("ARM id, in lower case."), name: z.string() });

/** What every event says. */
const common = {
  requestId: RequestId,
  seq: z
    .int()
    .positive()
    .describe("Number of the record within the request: what an order of events goes by."),
  round: z.int().positive().describe("1, and one more each time that the request is reopened."),
  state: RequestState.describe("Where the request stands after it."),
  connection: Named,
  cluster: Named,
  privateEndpointId: z.string().nullable().describe("ARM id, in lower case; null where ARM did not say."),
  consumerSubscription: z.string().nullable(),
  actor: Actor.describe("Whose doing it is: a person, by object id and display name, rules, or the app."),
  policyHash: z.string().nullable().describe("Of the policy that assessed the request last."),
  sentence: z.string().describe("The same for people, as plain text."),
  link: z.string().describe("Where people look at the request."),
};

const Demands = z
  .array(z.object({ approvers: z.array(z.string()), quorum: z.int().positive() }))
  .describe("Every one must be met: by so many different people of any of these groups of the policy.");

/** What each kind of event says besides. */
const FIELDS = {
  received: {
    requestMessage: z.string().describe("The consumer's own words: a stranger's text."),
    source: HintSource,
    flags: z.array(z.string()),
  },
  asked: {
    demands: Demands,
    deadline: Instant,
    reasonRequired: z.boolean(),
    onTimeout: z.enum(["expire", "reject"]),
  },
  escalated: { demands: Demands },
  reviewed: {
    review: DecisionKind,
    reason: z.string(),
    asked: z.int().positive().describe("`seq` of the event that asked."),
  },
  withdrawn: { reason: z.string(), asked: z.int().positive().describe("`seq` of the event that asked.") },
  resumed: { because: z.string() },
  deferred: {
    until: Instant.nullable().describe("Null where only a change of policy or connection ends it."),
    because: z.string(),
  },
  decided: { decision: DecisionKind, reason: z.string() },
  closed: {
    outcome: Outcome,
    decision: DecisionKind.nullable().describe("What was decided, if anything was."),
    failure: z
      .object({ code: z.string(), message: z.string(), hint: z.string().nullable(), retryAt: Instant })
      .nullable()
      .describe("What went wrong, where the outcome is failed."),
  },
  reopened: {
    reason: z.string(),
    resume: z
      .enum(["assessing", "applying"])
      .describe("Whether it is assessed again, or what people decided is written."),
  },
} as const satisfies Readonly<Record<EventKind, z.ZodRawShape>>;

/** Neutral, since events leave this app: a reverse domain name, the thing, what happened, and the version of its schema. */
export const typeOf = <K extends EventKind>(kind: K) => `dev.aksprivatelink.request.${kind}.v1` as const;

/**
 * CloudEvents in JSON, with our attributes only.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
const schemaOf = (kind: EventKind) =>
  z
    .object({
      specversion: z.literal("1.0"),
      id: z
        .string()
        .regex(/^pec-[0-9a-f]{32}:\d+$/)
        .describe("The same event always has the same."),
      type: z.literal(typeOf(kind)),
      source: z.string().min(1).describe("This app, as people reach it."),
      subject: z.string().describe("ARM id of the private endpoint connection, in lower case."),
      time: Instant,
      datacontenttype: z.literal("application/json"),
      dataschema: z.string().describe("Where this schema is, and in it that of the data."),
      data: z.object({ ...common, ...FIELDS[kind] }),
    })
    .describe(TITLES[kind]);

const TITLES: Readonly<Record<EventKind, string>> = {
  received: "A Pending connection came into the app's care, or its request message changed.",
  asked: "People are asked.",
  escalated: "Too few answered in time, so that more people may.",
  reviewed: "A person answered. It may not decide yet.",
  withdrawn: "A person took their answer back.",
  resumed: "What was thought, asked and answered so far counts no more: the request is assessed again.",
  deferred: "The policy keeps the app from doing anything for now.",
  decided:
    "It is decided. Azure does not show it yet, and what is decided is looked at again before it is written.",
  closed: "The request ended.",
  reopened: "A closed request is taken up again.",
};

/** The schemas that events are made by. */
export const EVENTS = Object.fromEntries(EventKind.options.map((kind) => [kind, schemaOf(kind)])) as {
  readonly [K in EventKind]: ReturnType<typeof schemaOf>;
};

/** An event, as it goes out. */
export type CloudEvent = z.output<ReturnType<typeof schemaOf>>;

/** The type of what is sent to try a receiver. Nobody subscribes to it, and no filter keeps it away: it comes when it is asked for. */
export const TEST_TYPE = "dev.aksprivatelink.notify.test.v1";

/** A test: it has no subject, since it is about nothing. */
export const TestEvent = z
  .object({
    specversion: z.literal("1.0"),
    id: z
      .string()
      .regex(/^test-[0-9a-f-]{36}$/)
      .describe("Another one for each test."),
    type: z.literal(TEST_TYPE),
    source: z.string().min(1).describe("This app, as people reach it."),
    time: Instant,
    datacontenttype: z.literal("application/json"),
    dataschema: z.string().describe("Where this schema is, and in it that of the data."),
    data: z.object({
      channel: z.string().describe("Which channel of the app is tried."),
      sentence: z.string().describe("The same for people, as plain text."),
    }),
  })
  .describe("Somebody tries whether this receiver is reached. Nothing happened, and nothing is asked.");

/** The types of events. */
export const EventType = z.enum([...EventKind.options.map(typeOf), TEST_TYPE]);
export type EventType = z.infer<typeof EventType>;

/**
 * JSON Schema (draft 2020-12) of one type of event. It lets members pass that it does not know: later versions of the
 * app may add some, and take none away without another version of the type.
 */
export function jsonSchemaOf(type: EventType): Record<string, unknown> {
  if (type === TEST_TYPE) return z.toJSONSchema(TestEvent, { io: "input" });
  const kind = EventKind.options.find((one) => typeOf(one) === type);
  if (kind === undefined) throw new Error(`There is no event of type ${type}.`);
  return z.toJSONSchema(EVENTS[kind], { io: "input" });
}
