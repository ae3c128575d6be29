import { type Settings, writeSettings } from "../supervisor/settings.ts";
import { findListed, play, type Stage } from "./play.ts";
import { listRequests } from "./requests.ts";
import { callActors, createPlaces } from "./sample.ts";
import { FIRST_REQUESTS, FURTHER_REQUESTS } from "./sample-requests.ts";
import { tellFigures, tellInbox, tellNextSteps, tellOutcomes } from "./tell.ts";

/**
 * AKS takes one call a second, and an answer costs five: who approves something meanwhile shall not have to queue. Where
 * ARM throttles nothing, Resource Graph still takes no more than three queries a second, without which people are asked more.
 */
const PAUSE_MS = { throttled: 3_500, unthrottled: 1_000 } as const;

/**
 * Plays the sample world if this data folder does not have all of it yet: some requests that somebody can look at, at once;
 * then all others, while one looks. Where it was interrupted, the next start completes it. Later it only tells how many
 * requests there are.
 * @param isThrottled whether ARM has Azure's own limits
 */
export async function showSampleWorld(
  settings: Settings,
  theatre: Omit<Stage, "actors" | "pauseMs">,
  isThrottled: boolean,
): Promise<void> {
  const { folder, endpoints, log } = theatre;
  if (!settings.sampleWorld) {
    const actors = await callActors(endpoints);
    await playSampleWorld({
      ...theatre,
      actors,
      pauseMs: isThrottled ? PAUSE_MS.throttled : PAUSE_MS.unthrottled,
    });
    writeSettings(folder, { ...settings, sampleWorld: true });
  }
  const title = settings.sampleWorld ? "where the last start ended" : "the sample world is complete";
  log(`${title}, ${tellFigures(await listRequests(endpoints, "newest"))}`);
  for (const line of [...tellInbox(endpoints), ...tellNextSteps(folder, endpoints)]) log(line);
}

async function playSampleWorld(stage: Stage): Promise<void> {
  const { endpoints, actors, log } = stage;
  log("playing the sample world: the first requests");
  await createPlaces(actors);
  await play({ ...stage, pauseMs: 0 }, FIRST_REQUESTS);
  const known = await listRequests(endpoints, "oldest");
  const first = FIRST_REQUESTS.flatMap((sample) => findListed(known, sample) ?? []);
  for (const line of ["", "what became of the first requests:", ...tellOutcomes(endpoints, first)]) log(line);
  for (const line of tellInbox(endpoints)) log(line);
  log("playing the rest of the sample world while you look");
  await play(stage, FURTHER_REQUESTS);
}
