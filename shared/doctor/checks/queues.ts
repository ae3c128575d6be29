import * as z from "zod";
import { nextOf } from "../arm.ts";
import type { Deployment } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";
import { known } from "../given.ts";

const API_VERSION = "2024-01-01";
/** More than a working app leaves lying. */
const MANY = 1_000;

const Queue = z.object({
  properties: z.object({
    status: z.string().nullish(),
    countDetails: z
      .object({ activeMessageCount: z.int().default(0), deadLetterMessageCount: z.int().default(0) })
      .nullish(),
  }),
});

/** Whether the queue of hints and its quarantine are there, and what lies in them, by Azure's own counts. */
export async function checkQueues(deployment: Deployment): Promise<readonly Finding[]> {
  const { appId, given } = deployment;
  const { namespace, queue = "private-endpoint-hints" } = known(given);
  const { unknown } = findings("queues", "Service Bus");
  if (given.env.ServiceBus)
    return [
      unknown(
        "The namespace is named by a connection string, so Azure is not asked about it.",
        "Set ServiceBus__fullyQualifiedNamespace in the place of ServiceBus, but for an emulator.",
      ),
    ];
  if (namespace === undefined || appId === null)
    return [
      unknown(
        "It is not known where it is: that takes ServiceBus__fullyQualifiedNamespace and the app's ARM id.",
        'npm run doctor -- --settings settings.json --app "$(azd env get-value APP_ID)"',
      ),
    ];
  return Promise.all([
    look(deployment, namespace, appId, queue, false),
    look(deployment, namespace, appId, `${queue}-quarantine`, true),
  ]);
}

/** The namespace is in the app's resource group, where `main.bicep` makes it. */
async function look(
  { arm }: Deployment,
  namespace: string,
  appId: string,
  queue: string,
  isQuarantine: boolean,
): Promise<Finding> {
  const { ok, warning, fault, unknown } = findings("queues", `the queue ${queue}`);
  const name = namespace.split(".")[0] ?? "";
  const group = appId.split("/").slice(0, 5).join("/");
  const names = `--namespace-name ${name} --resource-group ${appId.split("/")[4]} --name ${queue}`;
  const path = `${group}/providers/Microsoft.ServiceBus/namespaces/${name}/queues/${queue}`;
  const found = await arm.get(path, API_VERSION, Queue);
  if (found.kind === "no" && found.status === 404) return fault(found.because, "azd provision");
  if (found.kind === "no") return unknown(found.because, nextOf(found));
  const { status, countDetails } = found.value.properties;
  if (status && status !== "Active")
    return fault(`It is ${status}.`, `az servicebus queue update ${names} --status Active`);
  const { activeMessageCount: waiting = 0, deadLetterMessageCount: dead = 0 } = countDetails ?? {};
  const show = `az servicebus queue show ${names} --query countDetails`;
  if (dead > 0)
    return warning(`${dead} messages are dead.`, `${show}; see private-endpoint-hints in docs/runbook.md`);
  if (isQuarantine && waiting > 0)
    return warning(
      `${waiting} messages that nobody understands.`,
      `${show}; see private-endpoint-hints-quarantine in docs/runbook.md`,
    );
  if (waiting > MANY)
    return warning(`${waiting} messages wait.`, `${show}; see Throttled in docs/runbook.md`);
  return ok(waiting === 0 ? "It is empty." : `${waiting} messages wait.`);
}
