import * as z from "zod";
import { isWithin, ShownClusterId } from "../../connection/arm-id.ts";
import { nextOf } from "../arm.ts";
import { type Deployment, subscriptionOf, subscriptionsOf } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";

const API_VERSION = "2026-01-01";

const Cluster = z.object({
  id: ShownClusterId,
  properties: z.object({
    apiServerAccessProfile: z.object({ enablePrivateCluster: z.boolean().nullish() }).nullish(),
  }),
});
const Row = z.object({ id: ShownClusterId });

const PRIVATE_CLUSTERS = `resources
  | where type =~ 'microsoft.containerservice/managedclusters'
  | where coalesce(tobool(properties.apiServerAccessProfile.enablePrivateCluster), false)
    and not(coalesce(tobool(properties.apiServerAccessProfile.enableVnetIntegration), false))
  | project id, subscriptionId, location, tags, nodeRg=tostring(properties.nodeResourceGroup)`;

/** Whether there are private clusters where the app looks, one subscription after the other. */
export const checkClusters = ({ arm, scopes }: Deployment): Promise<readonly Finding[]> =>
  Promise.all(
    subscriptionsOf(scopes).map(async (subscription) => {
      const { ok, warning, fault, unknown } = findings("clusters", `clusters in ${subscription}`);
      const found = await arm.list(
        `/subscriptions/${subscription}/providers/Microsoft.ContainerService/managedClusters`,
        API_VERSION,
        Cluster,
      );
      if (found.kind === "no" && found.status === 404)
        return fault(found.because, "Compare CLUSTER_SCOPES with: az account list --output table");
      if (found.kind === "no") return unknown(found.because, nextOf(found));
      const ours = scopes.filter((scope) => subscriptionOf(scope) === subscription);
      const privateOnes = found.value.filter(
        ({ id, properties }) =>
          properties.apiServerAccessProfile?.enablePrivateCluster === true &&
          ours.some((scope) => isWithin(id, scope)),
      );
      if (privateOnes.length > 0) return ok(`${privateOnes.length} private clusters.`);
      return warning(
        "There is no private cluster, so nothing will ever be asked.",
        "Compare CLUSTER_SCOPES with: az aks list --output table",
      );
    }),
  );

/** Whether Resource Graph answers, and shows the clusters; the policy's facts about consumers are from there. */
export async function checkResourceGraph({ arm, scopes }: Deployment): Promise<readonly Finding[]> {
  if (scopes.length === 0) return [];
  const { ok, warning, fault, unknown } = findings("resource-graph", "Azure Resource Graph");
  const found = await arm.query(PRIVATE_CLUSTERS, Row);
  if (found.kind === "no" && found.status === null) return [unknown(found.because, nextOf(found))];
  if (found.kind === "no")
    return [
      fault(
        found.because,
        "az graph query -q 'resources | take 1', as who this runs as; without it people are asked about more.",
      ),
    ];
  const seen = found.value.filter(({ id }) => scopes.some((scope) => isWithin(id, scope)));
  if (seen.length > 0) return [ok(`It shows ${seen.length} private clusters.`)];
  return [
    warning(
      "It shows no private cluster. A role that is new takes some minutes to count.",
      "Look again in ten minutes; then have the role Reader, or that of watched.bicep, given on the subscription.",
    ),
  ];
}
