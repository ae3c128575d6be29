import { randomUUID } from "node:crypto";
import type { InvocationContext } from "@azure/functions";
import * as z from "zod";
import { instant } from "../shared/connection/connection.ts";
import { type TestMessage, tryChannels } from "../shared/notify/trial.ts";
import { reasonOf } from "../shared/text.ts";
import { keep } from "./kit/access-log.ts";
import type { App } from "./kit/app.ts";
import { Limit } from "./kit/limit.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";
import type { Caller } from "./kit/sign-in.ts";

const OPERATION = "tryChannels";
/** Enough to set a channel up, and too few to flood anybody's. */
const LIMIT = { times: 10, spanMs: 10 * 60_000 } as const;
const MAX_CHANNELS = 50;

const TestForm = z.object({
  channels: z
    .array(z.string().max(60))
    .min(1)
    .max(MAX_CHANNELS)
    .optional()
    .describe("Which ones, by their names; absent: all of them."),
});

const TestReply = z.object({
  id: z.string().describe("What the test is called wherever it arrives."),
  channels: z.array(
    z.object({
      channel: z.string(),
      result: z
        .enum(["accepted", "refused", "unknown"])
        .describe(
          "Whether the other side took it, did not, or cannot be known from here to have got it, as of a workflow of Teams, which answers before it posts anything.",
        ),
      sentence: z.string().describe("What came of it and what to do next."),
    }),
  ),
});

/** Those that are tried. @throws a `Problem` for one that there is not */
function wantedOf({ channels: known }: App, wanted: readonly string[] = known): readonly string[] {
  if (wanted.every((name) => known.includes(name))) return [...new Set(wanted)];
  throw new Problem(
    "badRequest",
    `In the body: channels has one that there is not; there are ${known.join(", ")}.`,
  );
}

/** Who has tests sent is kept twice, since others are disturbed by them: before, with those who read, and in the log with what came of it. */
async function kept({ store }: App, caller: Caller, channels: readonly string[], context: InvocationContext) {
  const reading = { operation: OPERATION, query: { channels: channels.join(",") }, count: channels.length };
  await keep(store.accesses, caller, reading, (line) => context.error(line));
}

const limit = new Limit(LIMIT.times, LIMIT.spanMs, Date.now);

export const notifyTestRoutes = [
  route({
    operationId: OPERATION,
    method: "POST",
    path: "notify-tests",
    summary: "Send a test by every channel, or by some, and tell what came of it",
    // It disturbs those who are asked, so only one of them may, in person; whoever may only read changes nothing anywhere.
    role: "Approver",
    bodySchema: TestForm,
    replySchema: TestReply,
    problems: ["too-many-requests", "not-recorded"],
    handle: async (app, { body, caller, context }) => {
      const names = wantedOf(app, body.channels);
      limit.take("Ten tests within ten minutes are enough.");
      await kept(app, caller, names, context);
      const test: TestMessage = { id: `test-${randomUUID()}`, at: instant(Date.now()) };
      const channels = await tryChannels(names, {
        trials: app.trials(context),
        test,
        error: (line, cause) => context.error(`${line}: ${reasonOf(cause, 300)}`),
      });
      const by = { oid: caller.oid, name: caller.name };
      context.info(JSON.stringify({ event: "channelsTried", id: test.id, by, channels }));
      return { id: test.id, channels: [...channels] };
    },
  }),
];
