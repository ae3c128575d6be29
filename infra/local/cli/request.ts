import * as z from "zod";
import { CONSUMER_DEPLOYER, DEMO_DIRECTORY } from "../entra/directory.ts";
import { noPositionals, required, runCommand } from "../kit/command.ts";
import { CommandError, UsageError } from "../kit/errors.ts";
import { didYouMean } from "../kit/suggest.ts";
import { type DataFolder, dataFolder, dataOption } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { PROVIDER_SUBSCRIPTION } from "../supervisor/places.ts";
import { type ArmUser, armAs, endpointIdOf } from "../world/arm.ts";
import { armControl, type SubscriptionWish } from "../world/control.ts";
import { creatorNamed } from "../world/creator.ts";
import { DATA_HELP, DATA_OPTION, parseTags } from "./options.ts";

const HELP = `Acts as one more consumer: creates a private endpoint to one of the provider's AKS clusters.

Usage: npm run request -- --cluster NAME --subscription GUID --name PE [options]

  --cluster NAME          the cluster to connect to
  --subscription GUID     the consumer's subscription
  --name PE               name of the private endpoint
  --resource-group RG     the consumer's resource group (default rg-consumer)
  --location REGION       where the private endpoint is (default westeurope)
  --message TEXT          words to the cluster's owner, at most 140 characters
  --requester WHO         who creates it: one of the local people (ana, bo, cy, di, ed, fay, gus), a sign-in name of
                          somebody else, or an application id (default the consumers' deployment, an application)

What Azure knows about the subscription from now on; what you leave out stays as it is:
  --tag KEY=VALUE         one of its tags; may be repeated, and replaces all it had
  --management-group MG   a management group above it; may be repeated, nearest first
  --tenant GUID           its Entra tenant, if not the provider's; only a sweep then finds the request
${DATA_HELP}`;

await runCommand({
  help: HELP,
  options: {
    cluster: { type: "string" },
    subscription: { type: "string" },
    name: { type: "string" },
    "resource-group": { type: "string", default: "rg-consumer" },
    location: { type: "string", default: "westeurope" },
    message: { type: "string" },
    requester: { type: "string" },
    tag: { type: "string", multiple: true },
    "management-group": { type: "string", multiple: true },
    tenant: { type: "string" },
    ...DATA_OPTION,
  },
  async run(values, positionals) {
    noPositionals(positionals);
    const clusterName = required(values.cluster, "cluster");
    const subscription = parseGuid("subscription", required(values.subscription, "subscription"));
    const name = required(values.name, "name");
    const description = describe(subscription, values);
    if (values.requester !== undefined) checkRequester(values.requester);
    const folder = dataFolder(values.data);
    const endpoints = runningStack(folder);
    const arm = await armAs(CONSUMER_DEPLOYER, endpoints);
    const clusterId = await findCluster(arm, clusterName, folder);
    const endpoint = {
      subscription,
      resourceGroup: values["resource-group"],
      name,
      location: values.location,
      clusterId,
      message: values.message,
    };
    const control = armControl(endpoints);
    if (description !== undefined) await control.describeSubscription(description);
    if (values.requester !== undefined)
      await control.nameCreator(endpointIdOf(endpoint), creatorNamed(values.requester));
    const id = await arm.putPrivateEndpoint(endpoint);
    console.log(
      `${id}\nasks to connect to\n${clusterId}\nThe terminal of npm start shows what becomes of it.`,
    );
  },
});

/** A mistyped name would be somebody whose object id nobody knows. */
function checkRequester(who: string): void {
  const people = DEMO_DIRECTORY.people.map(({ name }) => name);
  if (who.includes("@") || z.guid().safeParse(who).success || people.includes(who.toLowerCase())) return;
  throw new UsageError(
    `--requester must be one of ${people.join(", ")}, a sign-in name or an application id, not "${who}"${didYouMean(who, people)}`,
  );
}

function parseGuid(option: string, text: string): string {
  const parsed = z.guid().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--${option} must be a GUID, not "${text}".`);
}

interface Description {
  readonly tag?: string[] | undefined;
  readonly "management-group"?: string[] | undefined;
  readonly tenant?: string | undefined;
}

/** Undefined when nothing was said, so that the subscription stays as it is. */
function describe(
  id: string,
  { tag, "management-group": managementGroups, tenant }: Description,
): SubscriptionWish | undefined {
  if (tag === undefined && managementGroups === undefined && tenant === undefined) return undefined;
  return {
    id,
    ...(tag && { tags: parseTags(tag) }),
    ...(managementGroups && { managementGroups }),
    ...(tenant !== undefined && { tenantId: parseGuid("tenant", tenant) }),
  };
}

async function findCluster(arm: ArmUser, name: string, folder: DataFolder): Promise<string> {
  const clusters = await arm.listClusters(PROVIDER_SUBSCRIPTION);
  const found = clusters.find((cluster) => cluster.name.toLowerCase() === name.toLowerCase());
  if (found) return found.id;
  const known = clusters.map((cluster) => cluster.name);
  throw new CommandError(
    known.length === 0
      ? `The provider has no clusters yet. Create one with: npm run cluster -- --name NAME${dataOption(folder)}`
      : `There is no cluster "${name}" among ${known.join(", ")}${didYouMean(name, known)}`,
  );
}
