import { checkHealth, checkPolicy, checkToken } from "./checks/app.ts";
import { checkClocks } from "./checks/clocks.ts";
import { checkClusters, checkResourceGraph } from "./checks/clusters.ts";
import { checkEvents } from "./checks/events.ts";
import { checkQueues } from "./checks/queues.ts";
import { checkConsumerRoles, checkRoles } from "./checks/roles.ts";
import { checkSettings } from "./checks/settings.ts";
import { checkSignIn } from "./checks/sign-in.ts";
import { checkDigests, checkStore } from "./checks/store.ts";
import type { Deployment } from "./deployment.ts";
import { CHECKS, type CheckName, type Finding } from "./finding.ts";

/** A check never throws: what cannot be looked at is a finding. */
type Check = (deployment: Deployment) => Promise<readonly Finding[]>;

const BY_NAME: Readonly<Record<CheckName, Check>> = {
  settings: checkSettings,
  clocks: checkClocks,
  roles: checkRoles,
  "consumer-roles": checkConsumerRoles,
  clusters: checkClusters,
  "resource-graph": checkResourceGraph,
  events: checkEvents,
  queues: checkQueues,
  store: checkStore,
  digests: checkDigests,
  "sign-in": checkSignIn,
  health: checkHealth,
  token: checkToken,
  policy: checkPolicy,
};

/** Makes every check, one after the other, since Azure counts calls. @param begins hears of each before it is made */
export async function examine(
  deployment: Deployment,
  begins: (check: CheckName) => void,
): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  for (const check of CHECKS) {
    begins(check);
    all.push(...(await BY_NAME[check](deployment)));
  }
  return all;
}
