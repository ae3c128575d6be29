import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import * as z from "zod";
import { readWrites, type TriggerSettings } from "../shared/config.ts";
import { Mode } from "../shared/policy/verdict.ts";
import { onTheSweep } from "../shared/workflow/needs.ts";
import { reassessAll } from "../shared/workflow/reassess.ts";
import { type App, reportTo } from "./kit/app.ts";
import { route } from "./kit/route.ts";

/** A minute less than host.json's functionTimeout, as for the sweep. */
const TIME_MS = 4 * 60 * 1_000;

const when = z.iso.datetime();

const PolicyReply = z.object({
  file: z.string(),
  text: z.string(),
  hash: z.string(),
  mode: Mode,
  approvals: z.enum(["on", "off"]),
  writes: z.enum(["on", "off"]),
  rules: z.int().min(0),
  inForceSince: when,
  rejectsFrom: when.nullable(),
  readAt: when,
  ageSeconds: z.int().min(0),
  refusals: z.int().min(0),
  refused: z.object({ at: when, problems: z.array(z.string()) }).nullable(),
  lastLookFailed: z.object({ at: when, because: z.string() }).nullable(),
});

export const policyRoutes = [
  route({
    operationId: "getPolicy",
    method: "GET",
    path: "policy",
    summary: "The policy in force, and what stands in the way of a newer one",
    role: "Reader",
    replySchema: PolicyReply,
    problems: [],
    handle: async ({ policyInForce }, { context }) => {
      await policyInForce.current(reportTo(context));
      const { refused, ...status } = policyInForce.status();
      return {
        ...status,
        writes: readWrites() ? ("on" as const) : ("off" as const),
        ageSeconds: Math.max(0, Math.round((Date.now() - Date.parse(status.readAt)) / 1_000)),
        refused: refused && { ...refused, problems: [...refused.problems] },
      };
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
