import { connectionStringOf } from "../azurite/options.ts";
import { API_CLIENT_ID, TENANT_ID } from "../entra/constants.ts";
import { LOOPBACK } from "../kit/listen.ts";
import type { Endpoints } from "./endpoints.ts";
import type { Settings } from "./settings.ts";

/** The queue whose messages are hints for the app; `service-bus/queues.json` declares it. */
const HINT_QUEUE = "private-endpoint-hints";

/** Where everything of one stack is, as the settings determine it. */
export type Addresses = Omit<Endpoints, "pids">;

/** Every address follows from the ports; `armCa` is where the ARM stand-in's certificate is kept. */
export function addressesOf(settings: Settings, armCa: string): Addresses {
  const { ports, keys } = settings;
  const arm = `https://${LOOPBACK}:${ports.arm}`;
  return {
    app: `http://${LOOPBACK}:${ports.app}`,
    arm,
    armCa,
    armControl: { url: `${arm}/_control`, key: keys.armControl },
    serviceBus: [
      `Endpoint=sb://${LOOPBACK}:${ports.serviceBus}`,
      "SharedAccessKeyName=RootManageSharedAccessKey",
      `SharedAccessKey=${keys.serviceBus}`,
      "UseDevelopmentEmulator=true",
    ].join(";"),
    queue: HINT_QUEUE,
    storage: storageOf(settings),
    entra: `http://${LOOPBACK}:${ports.entra}`,
    tenantId: TENANT_ID,
    audience: API_CLIENT_ID,
    teams: {
      page: `http://${LOOPBACK}:${ports.teamsPage}`,
      api: `https://${LOOPBACK}:${ports.teams}`,
    },
  };
}

function storageOf({ storage }: Settings): string | null {
  if (storage === null) return null;
  const at = (port: number) => `http://${LOOPBACK}:${port}`;
  return connectionStringOf(storage.account, {
    blob: at(storage.ports.blob),
    table: at(storage.ports.table),
  });
}
