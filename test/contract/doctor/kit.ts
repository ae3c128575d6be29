import * as z from "zod";
import { APPROVER_ACTIONS, CONSUMER_READER_ACTIONS } from "../../../shared/doctor/checks/roles.ts";
import { run } from "../../../shared/doctor/run.ts";
import { APP_ID, PROVIDER, TOPIC, type World } from "./world.ts";

const Report = z.object({
  version: z.literal(1),
  fault: z.int(),
  findings: z.array(
    z.object({
      check: z.string(),
      looked: z.string(),
      state: z.string(),
      says: z.string(),
      next: z.string().nullable(),
    }),
  ),
});

export const HOUR_MS = 3_600_000;
/** How the app hears of a subscription. */
export const EVENTS = {
  provisioningState: "Succeeded",
  destination: { endpointType: "AzureFunction", properties: { resourceId: `${APP_ID}/functions/eventHint` } },
  filter: {
    includedEventTypes: [
      "Microsoft.Resources.ResourceWriteSuccess",
      "Microsoft.Resources.ResourceDeleteSuccess",
    ],
  },
};
/** A queue with so many messages. */
export const queueOf = (active: number, dead = 0) => ({
  status: "Active",
  countDetails: { activeMessageCount: active, deadLetterMessageCount: dead },
});
/** Everything is well. */
export async function isWell(world: World): Promise<void> {
  world.app.isWell();
  await world.mayDo([...APPROVER_ACTIONS, ...CONSUMER_READER_ACTIONS]);
  await world.describe(TOPIC, {
    source: `/subscriptions/${PROVIDER}`,
    topicType: "Microsoft.Resources.Subscriptions",
  });
  await world.eventSubscription(EVENTS);
  await world.queue("private-endpoint-hints", queueOf(0));
  await world.queue("private-endpoint-hints-quarantine", queueOf(0));
  await world.digestOf(HOUR_MS);
}

/** `npm run doctor`. */
export async function doctor(
  world: World,
  env: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
) {
  let out = "";
  let err = "";
  const code = await run(args, {
    cwd: "/",
    env: { ...world.env, ...env },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    readStdin: async () => "",
  });
  return { code, out, err };
}

/** What it finds that is not well. */
export async function complaints(
  world: World,
  env: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
) {
  const { code, out } = await doctor(world, env, "--json", ...args);
  const { findings } = Report.parse(JSON.parse(out));
  return { code, told: findings.filter(({ state }) => state !== "ok") };
}
