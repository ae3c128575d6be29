import * as z from "zod";
import { CONSUMER_DEPLOYER } from "../entra/directory.ts";
import { CommandError, noPositionals, required, runCommand, UsageError } from "../kit/command.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { type ArmUser, armAs } from "../world/arm.ts";
import { PROVIDER_SUBSCRIPTION } from "../world/places.ts";
import { DATA_HELP, DATA_OPTION } from "./options.ts";

const HELP = `Acts as one more consumer: creates a private endpoint to one of the provider's AKS clusters.

Usage: npm run request -- --cluster NAME --subscription GUID --name PE [options]

  --cluster NAME          the cluster to connect to
  --subscription GUID     the consumer's subscription
  --name PE               name of the private endpoint
  --resource-group RG     the consumer's resource group (default rg-consumer)
  --location REGION       where the private endpoint is (default westeurope)
  --message TEXT          words to the cluster's owner, at most 140 characters
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
    ...DATA_OPTION,
  },
  async run(values, positionals) {
    noPositionals(positionals);
    const clusterName = required(values.cluster, "cluster");
    const subscription = parseSubscription(required(values.subscription, "subscription"));
    const name = required(values.name, "name");
    const arm = await armAs(CONSUMER_DEPLOYER, runningStack(dataFolder(values.data)));
    const clusterId = await findCluster(arm, clusterName);
    const id = await arm.putPrivateEndpoint({
      subscription,
      resourceGroup: values["resource-group"],
      name,
      location: values.location,
      clusterId,
      message: values.message,
    });
    console.log(
      `${id}\nasks to connect to\n${clusterId}\nThe terminal of npm start shows what becomes of it.`,
    );
  },
});

function parseSubscription(text: string): string {
  const parsed = z.guid().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--subscription must be a GUID, not "${text}".`);
}

async function findCluster(arm: ArmUser, name: string): Promise<string> {
  const clusters = await arm.listClusters(PROVIDER_SUBSCRIPTION);
  const found = clusters.find((cluster) => cluster.name.toLowerCase() === name.toLowerCase());
  if (found) return found.id;
  const known = clusters.map((cluster) => cluster.name).join(", ");
  throw new CommandError(
    known === ""
      ? "The provider has no clusters yet. Create one with: npm run cluster -- --name NAME"
      : `There is no cluster "${name}". There are: ${known}`,
  );
}
