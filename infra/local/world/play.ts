import { setTimeout as delay } from "node:timers/promises";
import { CommandError } from "../kit/errors.ts";
import type { DataFolder } from "../supervisor/data-folder.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { endpointIdOf } from "./arm.ts";
import { answer, countAnswers, type ListedRequest, listRequests, readRequest } from "./requests.ts";
import { type Actors, createEndpoint, endpointOf } from "./sample.ts";
import { CONSUMERS } from "./sample-places.ts";
import type { SampleRequest, Step } from "./sample-requests.ts";
import { startSweep } from "./sweep.ts";

/** What somebody did makes others move, who take their time; so long nothing may happen before we say that it is stuck. */
const PATIENCE_MS = 90_000;
const POLL_MS = 500;

/** Where the sample world is played, and how much of it is heard. */
export interface Stage {
  readonly folder: DataFolder;
  readonly endpoints: Endpoints;
  readonly actors: Actors;
  readonly log: (line: string) => void;
  /** Aborts the play between two steps. */
  readonly signal: AbortSignal;
  /** How long after one request the next one is made. */
  readonly pauseMs: number;
}

/** What this play did already. Doing it again would change nothing, but be told twice. */
interface Done {
  readonly created: Set<SampleRequest>;
  createdAt: number;
  /** Steps past the app, and those that it refuses. */
  readonly steps: Set<Step>;
}

/**
 * Has requests made and answered, until each is as far as its steps go and only waits for time or for people.
 *
 * What was done before is read from the app, so the play may end at any moment and be begun again; nothing is done twice.
 * An app that does not answer is asked again, because a moment later it may have been restarted.
 * @throws the last error, or a CommandError, when nothing has moved for a while; the signal's reason
 */
export async function play(stage: Stage, requests: readonly SampleRequest[]): Promise<void> {
  const done: Done = { created: new Set(), createdAt: 0, steps: new Set() };
  let left = requests;
  let movedAt = Date.now();
  while (left.length > 0) {
    const isTired = Date.now() - movedAt > PATIENCE_MS;
    try {
      const { acted, unfinished } = await playRound(stage, left, done);
      if (acted || unfinished.length < left.length) movedAt = Date.now();
      left = unfinished;
    } catch (error) {
      stage.signal.throwIfAborted();
      if (isTired) throw error;
    }
    if (left.length === 0) return;
    if (isTired) throw new CommandError(`nothing more becomes of ${left.map(({ name }) => name).join(", ")}`);
    await delay(POLL_MS, undefined, { signal: stage.signal });
  }
}

/** Does what can be done at the moment. */
async function playRound(
  stage: Stage,
  requests: readonly SampleRequest[],
  done: Done,
): Promise<{ acted: boolean; unfinished: readonly SampleRequest[] }> {
  const known = await listRequests(stage.endpoints, "oldest");
  let acted = await createUnknown(stage, known, requests, done);
  const unfinished: SampleRequest[] = [];
  for (const sample of requests) {
    stage.signal.throwIfAborted();
    const listed = findListed(known, sample);
    const next = listed === undefined ? "wait" : await nextOf(stage, listed, sample, done);
    if (next === "nothing") continue;
    unfinished.push(sample);
    if (listed !== undefined && next !== "wait" && (await doStep(stage, listed, sample, next, done)))
      acted = true;
  }
  return { acted, unfinished };
}

/** Creates those that the app has never heard of, in their order. */
async function createUnknown(
  { folder, endpoints, actors, log, signal, pauseMs }: Stage,
  known: readonly ListedRequest[],
  requests: readonly SampleRequest[],
  done: Done,
): Promise<boolean> {
  const unknown = requests.filter((one) => findListed(known, one) === undefined && !done.created.has(one));
  for (const sample of unknown) {
    signal.throwIfAborted();
    if (Date.now() < done.createdAt + pauseMs) return false;
    await createEndpoint(actors, sample);
    // Before it counts as done: an app that is killed now is told again.
    if (isOfAnotherTenant(sample)) await startSweep(folder, endpoints);
    done.created.add(sample);
    done.createdAt = Date.now();
    const words = sample.message === undefined ? "" : `: "${sample.message}"`;
    log(`sample: ${sample.name} of ${sample.consumer} asks for ${sample.cluster}${words}`);
  }
  return unknown.length > 0;
}

/** Nobody announces what happens in another tenant: only a sweep finds it. */
const isOfAnotherTenant = ({ consumer }: SampleRequest): boolean => "tenantId" in CONSUMERS[consumer];

/** What the app shows of it; undefined before it has heard of it. */
export const findListed = (known: readonly ListedRequest[], { name, consumer }: SampleRequest) =>
  known.find((one) => one.endpoint === name && one.consumer === CONSUMERS[consumer].id);

/** The step that is next; nothing more, because all was done or it is too late; or a wait for the app. */
async function nextOf(
  { endpoints }: Stage,
  { id, state }: ListedRequest,
  { steps = [], trouble }: SampleRequest,
  done: Done,
): Promise<Step | "nothing" | "wait"> {
  if (state === "assessing" || (state === "applying" && trouble === undefined)) return "wait";
  if (state !== "waiting" || steps.length === 0) return "nothing";
  const next = steps[await countAnswers(endpoints, id)];
  return next === undefined || done.steps.has(next) ? "nothing" : next;
}

/** False when it was too late for it; the next round sees what is so then. */
async function doStep(
  { endpoints, actors, log }: Stage,
  { id }: ListedRequest,
  sample: SampleRequest,
  step: Step,
  done: Done,
): Promise<boolean> {
  const request = await readRequest(endpoints, id);
  if ("review" in step) {
    const taken = await answer(endpoints, request, step);
    if (taken === "too late") return false;
    if (taken !== "taken") done.steps.add(step);
    const but = taken === "taken" ? "" : `, which the app refuses: ${taken.refused}`;
    log(`sample: ${step.by} ${VERBS[step.review]} ${sample.name}${but}`);
    return true;
  }
  if (step.elsewhere === "deleted") {
    await actors.consumers.deletePrivateEndpoint(endpointIdOf(endpointOf(sample)));
    log(`sample: ${sample.consumer} deletes ${sample.name}`);
  } else {
    await actors.platform.approveConnection(request.connectionId, step.description);
    log(`sample: somebody approves ${sample.name} in the portal`);
  }
  done.steps.add(step);
  return true;
}

const VERBS = { approve: "approves", reject: "rejects", withdraw: "withdraws the review of" } as const;
