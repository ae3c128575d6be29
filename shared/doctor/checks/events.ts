import * as z from "zod";
import { type Arm, type Found, nextOf } from "../arm.ts";
import { type Deployment, subscriptionsOf } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";

const API_VERSION = "2025-02-15";
/** What the app's function hears of. */
const WANTED = ["Microsoft.Resources.ResourceWriteSuccess", "Microsoft.Resources.ResourceDeleteSuccess"];

const Topic = z.object({
  id: z.string(),
  properties: z.object({ source: z.string(), topicType: z.string() }),
});
const EventSubscription = z.object({
  name: z.string(),
  properties: z.object({
    provisioningState: z.string().nullish(),
    destination: z
      .object({ endpointType: z.string(), properties: z.object({ resourceId: z.string() }).nullish() })
      .nullish(),
    filter: z.object({ includedEventTypes: z.array(z.string()).nullish() }).nullish(),
  }),
});
type EventSubscription = z.infer<typeof EventSubscription>;

/** Whether the app's function hears of each watched subscription. Without events the sweep finds everything, later. */
export const checkEvents = (deployment: Deployment): Promise<readonly Finding[]> =>
  Promise.all(subscriptionsOf(deployment.scopes).map((subscription) => look(deployment, subscription)));

async function look({ arm, appId, principal }: Deployment, subscription: string): Promise<Finding> {
  const { ok, fault, unknown } = findings("events", `events of ${subscription}`);
  const mend = `az deployment sub create --subscription ${subscription} --location LOCATION --template-file infra/azure/watched.bicep --parameters appPrincipalId=${principal ?? "APP_PRINCIPAL_ID"} appId=${appId ?? "APP_ID"} topicGroup=GROUP`;
  const found = await subscriptionsToEvents(arm, subscription);
  if (found.kind === "no") return unknown(found.because, nextOf(found));
  const ours = found.value.filter((one) => leadsTo(one, appId));
  const [one] = ours;
  if (one === undefined)
    return fault(
      "No event subscription leads to the app's function eventHint: what is new waits for the sweep.",
      mend,
    );
  const sound = ours.find((each) => troubleOf(each) === null);
  if (sound !== undefined) return ok(`${sound.name} leads to the app's function.`);
  return fault(`${one.name} ${troubleOf(one)}`, mend);
}

/** Those of the system topics that tell of a whole subscription. */
async function subscriptionsToEvents(
  arm: Arm,
  subscription: string,
): Promise<Found<readonly EventSubscription[]>> {
  const source = `/subscriptions/${subscription}`;
  const topics = await arm.list(`${source}/providers/Microsoft.EventGrid/systemTopics`, API_VERSION, Topic);
  if (topics.kind === "no") return topics;
  const all: EventSubscription[] = [];
  for (const { id, properties } of topics.value) {
    const isMeant =
      properties.topicType.toLowerCase() === "microsoft.resources.subscriptions" &&
      properties.source.toLowerCase() === source;
    if (!isMeant) continue;
    const found = await arm.list(`${id}/eventSubscriptions`, API_VERSION, EventSubscription);
    if (found.kind === "no") return found;
    all.push(...found.value);
  }
  return { kind: "found", value: all };
}

function leadsTo({ properties: { destination } }: EventSubscription, appId: string | null): boolean {
  const id = destination?.properties?.resourceId.toLowerCase() ?? "";
  const wanted = `${(appId ?? "").toLowerCase()}/functions/eventhint`;
  return (
    destination?.endpointType === "AzureFunction" && (appId === null ? id.endsWith(wanted) : id === wanted)
  );
}

function troubleOf({ properties: { provisioningState, filter } }: EventSubscription): string | null {
  if (provisioningState && provisioningState !== "Succeeded") return `is in the state ${provisioningState}.`;
  const types = filter?.includedEventTypes;
  const missing = WANTED.filter((type) => types && !types.includes(type));
  return missing.length === 0 ? null : `leaves out ${missing.join(", ")}.`;
}
