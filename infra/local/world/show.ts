import type { DataFolder } from "../supervisor/data-folder.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { type Settings, writeSettings } from "../supervisor/settings.ts";
import { listRequests, readRequests, type ShownRequest, waitForRequests } from "./requests.ts";
import { createSampleWorld } from "./sample.ts";
import { tellNextSteps, tellOutcomes } from "./story.ts";

/** How long the sample's requests may take before we tell what is known so far. */
const SAMPLE_MS = 45_000;

/** Of a long list only the beginning fits a screen. */
const REQUESTS_SHOWN = 10;

/**
 * Makes the sample world if this data folder has none yet, waits until the app has dealt with it, and tells what
 * happened and how to go on. On a later start it only tells where things stand.
 */
export async function showSampleWorld(
  folder: DataFolder,
  settings: Settings,
  endpoints: Endpoints,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (settings.sampleWorld) {
    // What waits for a person comes first: it is what somebody can do something about.
    const waiting = await listRequests(endpoints, "waiting");
    const others = (await listRequests(endpoints)).filter(({ state }) => state !== "waiting");
    const all = [...waiting, ...others];
    const which =
      all.length > REQUESTS_SHOWN ? ` (${REQUESTS_SHOWN} of them; GET /api/requests has all)` : "";
    return tell(
      `where the last start ended${which}:`,
      await readRequests(endpoints, all.slice(0, REQUESTS_SHOWN)),
    );
  }
  log("creating the sample world");
  const privateEndpointIds = await createSampleWorld(endpoints, log);
  writeSettings(folder, { ...settings, sampleWorld: true });
  const requests = await waitForRequests(endpoints, privateEndpointIds, SAMPLE_MS, signal);
  tell("what became of the requests:", requests);

  function tell(title: string, requests: readonly ShownRequest[]): void {
    const lines = [...tellOutcomes(endpoints, requests), ...tellNextSteps(folder, endpoints, requests)];
    for (const line of ["", title, ...lines]) log(line);
  }
}
