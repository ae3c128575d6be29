import { nextOf } from "../arm.ts";
import { type Deployment, subscriptionOf } from "../deployment.ts";
import { type CheckName, type Finding, findings } from "../finding.ts";
import { permissionsOf, permissionsOfCaller, permits } from "../permissions.ts";

/** What the app does where its clusters are; `infra/azure/modules/actions.bicep` gives it. */
export const APPROVER_ACTIONS = [
  "Microsoft.ContainerService/managedClusters/read",
  "Microsoft.ContainerService/managedClusters/privateEndpointConnections/read",
  "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write",
  "Microsoft.ContainerService/managedClusters/privateEndpointConnectionsApproval/action",
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
] as const;

/** What it reads where consumers are. */
export const CONSUMER_READER_ACTIONS = [
  "Microsoft.Network/privateEndpoints/read",
  "Microsoft.Insights/eventtypes/values/read",
  "Microsoft.ResourceGraph/resources/read",
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
] as const;

/** Whether the app may do what it does with clusters, in each scope. */
export const checkRoles = (deployment: Deployment): Promise<readonly Finding[]> =>
  Promise.all(
    deployment.scopes.map((scope) => {
      const { principal, appId } = deployment;
      const ids = `appPrincipalId=${principal ?? "APP_PRINCIPAL_ID"} appId=${appId ?? "APP_ID"} topicGroup=GROUP`;
      return look(deployment, "roles", scope, APPROVER_ACTIONS, deploy(scope, "watched", ids));
    }),
  );

/** Whether the app may read whose an endpoint is, in each consumer's subscription that was named. */
export const checkConsumerRoles = (deployment: Deployment): Promise<readonly Finding[]> =>
  Promise.all(
    deployment.consumers.map((id) => {
      const scope = `/subscriptions/${id}`;
      const ids = `appPrincipalId=${deployment.principal ?? "APP_PRINCIPAL_ID"}`;
      return look(
        deployment,
        "consumer-roles",
        scope,
        CONSUMER_READER_ACTIONS,
        deploy(scope, "consumers", ids),
      );
    }),
  );

const deploy = (scope: string, file: string, parameters: string): string =>
  `az deployment sub create --subscription ${subscriptionOf(scope)} --location LOCATION --template-file infra/azure/${file}.bicep --parameters ${parameters}`;

/** ARM tells everybody their own permissions, so the app's are added up from its roles where somebody else asks. */
async function look(
  { arm, isApp, principal }: Deployment,
  check: CheckName,
  scope: string,
  actions: readonly string[],
  mend: string,
): Promise<Finding> {
  const { ok, fault, unknown } = findings(check, `what the app may do in ${scope}`);
  if (!isApp && principal === null)
    return unknown(
      "Nobody said who the app is, and you may do other things than it may.",
      'npm run doctor -- --principal "$(azd env get-value APP_PRINCIPAL_ID)"',
    );
  const found =
    isApp || principal === null
      ? await permissionsOfCaller(arm, scope)
      : await permissionsOf(arm, scope, principal);
  if (found.kind === "no") return unknown(found.because, nextOf(found));
  const missing = actions.filter((action) => !permits(found.value, action));
  if (missing.length === 0) return ok(`All ${actions.length} actions are allowed.`);
  return fault(`It lacks ${missing.join(", ")}.`, mend);
}
