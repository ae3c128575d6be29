import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import * as z from "zod";
import { readWrites, type TriggerSettings } from "../shared/config.ts";
import { Instant } from "../shared/connection/connection.ts";
import { freezesAt } from "../shared/policy/index.ts";
import { PolicyVersion } from "../shared/policy/policy-version.ts";
import { Mode } from "../shared/policy/verdict.ts";
import { RuleUsage, usageOf } from "../shared/search/usage.ts";
import { onTheSweep } from "../shared/workflow/needs.ts";
import { reassessAll } from "../shared/workflow/reassess.ts";
import { type App, reportTo } from "./kit/app.ts";
import { endOfMinute, within } from "./kit/moment.ts";
import { route } from "./kit/route.ts";

/** A minute less than host.json's functionTimeout, as for the sweep. */
const TIME_MS = 4 * 60 * 1_000;

const when = z.iso.datetime();

const FreezeNow = z
  .object({
    name: z.string(),
    line: z.int().min(1),
    outcome: z.enum(["wait", "ask"]).describe("What becomes of what would be approved by policy."),
    isForAll: z.boolean().describe("False where it has other conditions than the time, too."),
    until: when.nullable().describe("Null where it has no end."),
  })
  .meta({ id: "Freeze" });

const Freezes = z.object({
  now: z.array(FreezeNow).describe("Those that are on, by the clock alone."),
  next: FreezeNow.extend({ from: when })
    .meta({ id: "FreezeToCome" })
    .nullable()
    .describe("The one that begins next; null when none does."),
});

const OnOff = z.enum(["on", "off"]);

const Switches = z.object({
  settings: z.object({ killSwitch: OnOff, writes: OnOff }).describe("Those of the app's settings."),
  file: z
    .object({
      file: z.string(),
      isThere: z.boolean(),
      killSwitch: OnOff,
      writes: OnOff,
      readAt: when.nullable(),
      problem: z.object({ at: when, because: z.string() }).nullable(),
      isStopped: z.boolean().describe("Whether both stop everything because of that problem."),
    })
    .describe("Those of switches.json beside the policy."),
});

const PolicyReply = z.object({
  file: z.string(),
  version: PolicyVersion.nullable().describe(
    "Of a policy in a blob: which version it is, and who wrote it as its writer says; null for a file.",
  ),
  text: z.string(),
  hash: z.string(),
  mode: Mode,
  approvals: OnOff,
  writes: OnOff.describe("Off where either place of the switches says so."),
  switches: Switches,
  rules: z.int().min(0),
  freezes: Freezes,
  inForceSince: when,
  rejectsFrom: when.nullable(),
  readAt: when,
  ageSeconds: z.int().min(0),
  refusals: z.int().min(0),
  refused: z.object({ at: when, problems: z.array(z.string()) }).nullable(),
  lastLookFailed: z.object({ at: when, because: z.string() }).nullable(),
});

const DAY_MS = 24 * 60 * 60_000;
const DAYS = "must be a whole number from 1 to 366";

const UsageQuery = z.object({
  days: z.coerce
    .number(DAYS)
    .int(DAYS)
    .min(1, DAYS)
    .max(366, DAYS)
    .default(30)
    .describe("Of so many days until now."),
});

const onOff = (isOn: boolean): "on" | "off" => (isOn ? "on" : "off");

export const policyRoutes = [
  route({
    operationId: "getPolicy",
    method: "GET",
    path: "policy",
    summary: "The policy in force, and what stands in the way of a newer one",
    role: "Reader",
    replySchema: PolicyReply,
    problems: [],
    handle: async ({ policyInForce, config }, { context }) => {
      const policy = await policyInForce.current(reportTo(context));
      const { refused, ...status } = policyInForce.status();
      const file = policyInForce.switches();
      const settings = { killSwitch: config.KILL_SWITCH, writes: onOff(readWrites()) };
      return {
        ...status,
        freezes: freezesAt(policy, Date.now()),
        writes: onOff(settings.writes === "on" && file.writes === "on"),
        switches: { settings, file },
        ageSeconds: Math.max(0, Math.round((Date.now() - Date.parse(status.readAt)) / 1_000)),
        refused: refused && { ...refused, problems: [...refused.problems] },
      };
    },
  }),
  route({
    operationId: "getPolicyUsage",
    method: "GET",
    path: "policy/usage",
    summary: "How often each rule of the policy in force decided, or had people asked",
    role: "Reader",
    querySchema: UsageQuery,
    replySchema: z.object({
      from: Instant,
      to: Instant,
      rules: z
        .array(RuleUsage)
        .describe(
          "In the order of the file. Only requests that closed count; what visibility leaves alone stays open, so it is not among them.",
        ),
      isExact: z
        .boolean()
        .describe(
          "False where more requests closed than are looked through, the oldest first: each count may be too low.",
        ),
    }),
    problems: [],
    handle: async ({ policyInForce, store: { search } }, { query: { days }, context }) => {
      const policy = await policyInForce.current(reportTo(context));
      const to = endOfMinute();
      const from = within(Date.parse(to) - days * DAY_MS);
      return { from, to, ...(await usageOf(policy, search.closings(from, to))) };
    },
  }),
];

/** The timer that looks for a newer policy, and assesses again what an older one left waiting. */
export function registerPolicyTimer(app: () => App, { POLICY_SCHEDULE }: TriggerSettings): void {
  host.timer("refreshPolicy", {
    schedule: POLICY_SCHEDULE,
    extraInputs: [df.input.durableClient()],
    handler: async (_timer: Timer, context: InvocationContext) => refresh(app(), context),
  });
}

/**
 * A policy that cannot be used fails every invocation until it is mended: the platform counts and shows failed executions
 * without any help of ours.
 */
async function refresh(app: App, context: InvocationContext): Promise<void> {
  // What is in force goes on deciding, so what waits is seen to first.
  const obstacle: unknown = await app.policyInForce
    .refresh(reportTo(context))
    .catch((error: unknown) => error);
  await assessAgain(app, context);
  if (obstacle !== undefined) throw obstacle;
}

async function assessAgain(app: App, context: InvocationContext): Promise<void> {
  const { unchanged, assessedAgain, troubles, broken } = await reassessAll(
    onTheSweep(app.intakeNeeds(context)),
    {
      startAt: Math.random(),
      signal: AbortSignal.timeout(TIME_MS),
    },
  );
  for (const trouble of troubles) context.warn(`policy: ${trouble}`);
  for (const trouble of broken) context.error(`policy: ${trouble}`);
  if (unchanged + assessedAgain > 0)
    context.info(
      `policy: of the requests that waited ${assessedAgain} are assessed again, ${unchanged} stay as they are`,
    );
  if (broken.length > 0) throw new Error(`${broken.length} requests could not be assessed again.`);
}
