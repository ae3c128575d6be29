import { app, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import * as z from "zod";
import { Mode } from "../shared/policy/verdict.ts";
import { reassessAll } from "../shared/workflow/reassess.ts";
import { config, intakeNeedsOf, policyInForce, reportTo, signIn } from "./kit/app.ts";
import { serve } from "./kit/route.ts";

/** A minute less than host.json's functionTimeout, as for the sweep. */
const TIME_MS = 4 * 60 * 1_000;

const when = z.iso.datetime();

const PolicyReply = z.object({
  file: z.string(),
  text: z.string(),
  hash: z.string(),
  mode: Mode,
  approvals: z.enum(["on", "off"]),
  rules: z.int().min(0),
  inForceSince: when,
  readAt: when,
  ageSeconds: z.int().min(0),
  refusals: z.int().min(0),
  refused: z.object({ at: when, problems: z.array(z.string()) }).nullable(),
  lastLookFailed: z.object({ at: when, because: z.string() }).nullable(),
});

serve(
  {
    operationId: "getPolicy",
    method: "GET",
    path: "policy",
    summary: "The policy in force, and what stands in the way of a newer one",
    role: "Reader",
    replySchema: PolicyReply,
    problems: [],
  },
  signIn,
  async ({ context }) => {
    await policyInForce.current(reportTo(context));
    const { refused, ...status } = policyInForce.status();
    return {
      ...status,
      ageSeconds: Math.max(0, Math.round((Date.now() - Date.parse(status.readAt)) / 1_000)),
      refused: refused && { ...refused, problems: [...refused.problems] },
    };
  },
);

/**
 * Looks for a newer policy, and judges anew what an older one left waiting. A policy that cannot be used fails every
 * invocation until it is mended: the platform counts and shows failed executions without any help of ours.
 */
app.timer("refreshPolicy", {
  schedule: config.POLICY_SCHEDULE,
  extraInputs: [df.input.durableClient()],
  handler: async (_timer: Timer, context: InvocationContext) => {
    // What is in force goes on deciding, so what waits is seen to first.
    const obstacle: unknown = await policyInForce.refresh(reportTo(context)).catch((error: unknown) => error);
    await judgeAnew(context);
    if (obstacle !== undefined) throw obstacle;
  },
});

async function judgeAnew(context: InvocationContext): Promise<void> {
  const { kept, anew, troubles, broken } = await reassessAll(intakeNeedsOf(context), {
    startAt: Math.random(),
    signal: AbortSignal.timeout(TIME_MS),
  });
  for (const trouble of troubles) context.warn(`policy: ${trouble}`);
  for (const trouble of broken) context.error(`policy: ${trouble}`);
  if (kept + anew > 0)
    context.info(`policy: of the requests that waited ${anew} are judged anew, ${kept} stay`);
  if (broken.length > 0) throw new Error(`${broken.length} requests could not be judged anew.`);
}
