import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import * as z from "zod";
import type { TriggerSettings } from "../shared/config.ts";
import { Instant } from "../shared/connection/connection.ts";
import { testEventOf } from "../shared/notify/events/event.ts";
import { callOnce } from "./kit/activity.ts";
import type { App } from "./kit/app.ts";
import { TOPIC, TOPIC_CHANNEL, TRY_TOPIC } from "./kit/topic.ts";

/** As `TestMessage`: Durable history is a border like any other. */
const Test = z.object({ id: z.string(), at: Instant });

const PUT_TEST_OUT = { name: "putTestOut" };

/** Has the host put a test out, once; ends with why it could not, or with null. */
function* tryTopic(context: df.OrchestrationContext): Generator<df.Task, string | null, unknown> {
  return yield* callOnce(context, PUT_TEST_OUT, Test.parse(context.df.getInput()));
}

/** Registers what tries the topic of Event Grid, where there is one. */
export function registerTryTopic(app: () => App, settings: TriggerSettings): void {
  if (settings.EventGridOut__topicEndpointUri === undefined) return;
  df.app.orchestration(TRY_TOPIC, tryTopic);
  df.app.activity(PUT_TEST_OUT.name, {
    extraOutputs: [TOPIC],
    handler: async (raw: unknown, context: InvocationContext) => {
      const { PUBLIC_URL } = app().config;
      context.extraOutputs.set(TOPIC, testEventOf(Test.parse(raw), TOPIC_CHANNEL, PUBLIC_URL));
      return {};
    },
  });
}
