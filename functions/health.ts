import * as z from "zod";
import { AILMENTS, type Ailment } from "../shared/health/health.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";

const HealthReply = z.object({
  status: z
    .enum(["well", "degraded"])
    .describe("Either way the app works; when it does not, the answer is a 503."),
  troubles: z
    .array(
      z.object({
        code: z.enum(Object.keys(AILMENTS) as [Ailment, ...Ailment[]]),
        since: z.iso.datetime().nullable().describe("Null where it was never otherwise."),
        sentence: z.string(),
      }),
    )
    .describe(
      "What ails it, and what that means; names and details are for those who sign in, and in the log.",
    ),
});

/** Whether the app works, for whoever probes it. */
export const healthRoutes = [
  route({
    operationId: "getHealth",
    method: "GET",
    path: "health",
    summary: "Whether the app works, and what ails it",
    role: null,
    replySchema: HealthReply,
    problems: ["try-later"],
    handle: async ({ health }) => {
      const found = await health();
      if (!found.isReady)
        throw new Problem("tryLater", "The audit store does not answer, so nothing can be recorded.");
      const troubles = found.troubles.map((trouble) => ({ ...trouble, sentence: AILMENTS[trouble.code] }));
      return { status: troubles.length === 0 ? ("well" as const) : ("degraded" as const), troubles };
    },
  }),
];
