import { PLATFORM_DEPLOYER } from "../entra/directory.ts";
import { noPositionals, required, runCommand } from "../kit/command.ts";
import { CommandError } from "../kit/errors.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { PROVIDER_SUBSCRIPTION } from "../supervisor/places.ts";
import { armAs, clusterIdOf } from "../world/arm.ts";
import { DATA_HELP, DATA_OPTION, parseTags } from "./options.ts";

const HELP = `Acts as the platform team: creates one more private AKS cluster in the provider's subscription.

Usage: npm run cluster -- --name NAME [options]

  --name NAME             name of the cluster
  --resource-group RG     its resource group (default rg-aks)
  --location REGION       where it is (default westeurope)
  --tag KEY=VALUE         one of its tags; may be repeated
  --replace               if there is one of this name already, give it these tags instead of its own
${DATA_HELP}`;

await runCommand({
  help: HELP,
  options: {
    name: { type: "string" },
    "resource-group": { type: "string", default: "rg-aks" },
    location: { type: "string", default: "westeurope" },
    tag: { type: "string", multiple: true, default: [] },
    replace: { type: "boolean", default: false },
    ...DATA_OPTION,
  },
  async run(values, positionals) {
    noPositionals(positionals);
    const cluster = {
      subscription: PROVIDER_SUBSCRIPTION,
      resourceGroup: values["resource-group"],
      name: required(values.name, "name"),
      location: values.location,
      tags: parseTags(values.tag),
    };
    const arm = await armAs(PLATFORM_DEPLOYER, runningStack(dataFolder(values.data)));
    const id = clusterIdOf(cluster);
    const known = await arm.listClusters(cluster.subscription);
    if (!values.replace && known.some((one) => one.id.toLowerCase() === id.toLowerCase()))
      throw new CommandError(
        `There is a cluster "${cluster.name}" in ${cluster.resourceGroup} already. With --replace it gets these tags instead of its own.`,
      );
    console.log(await arm.putCluster(cluster));
  },
});
