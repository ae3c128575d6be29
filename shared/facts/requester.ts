import type { PrivateEndpointId } from "../connection/arm-id.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { NO_ENDPOINT } from "./given.ts";
import { type Found, LIMIT_MS, lookUp, type Question } from "./look-up.ts";
import type { Creation, FactSources } from "./port.ts";

type RequesterSources = Pick<FactSources, "creations" | "creators">;

/** A request follows the creation of its endpoint within minutes. */
const MAX_CREATION_AGE_MS = 15 * 60_000;

/**
 * So soon Resource Graph shows every change.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes
 */
const SHOWN_WITHIN_MS = 5 * 60_000;

/** Nobody deletes a private endpoint and makes another of its name in so short a time: Azure takes longer for each. */
const TOO_SHORT_FOR_ANOTHER_MS = 30_000;

/**
 * The person who asked for the connection, looked up on its own, so that whoever waits for it can ask again: an Entra
 * object id in our own tenant, a lower-cased GUID. Never throws, and takes no longer than the limit.
 * @param limitMs 5 s unless told
 */
export async function requesterIdOf(
  sources: RequesterSources,
  request: ApprovalRequest,
  limitMs: number = LIMIT_MS,
): Promise<Found<string>> {
  return answerTo("byObjectId", sources, request, limitMs);
}

/**
 * By what name Azure knows who asked for the connection, or that nobody can tell: a name proves nobody, so that it may be
 * taken against somebody only. Never throws, and takes no longer than the limit.
 */
export async function requesterNameOf(
  sources: RequesterSources,
  request: ApprovalRequest,
  limitMs: number = LIMIT_MS,
): Promise<Found<string>> {
  return answerTo("byName", sources, request, limitMs);
}

async function answerTo(
  question: keyof WhoAsked,
  sources: RequesterSources,
  request: ApprovalRequest,
  limitMs: number,
): Promise<Found<string>> {
  const { privateEndpointId: endpoint } = request;
  if (endpoint === null) return NO_ENDPOINT;
  return (await lookUp(whoAsked(sources, endpoint, request)[question], limitMs)).found;
}

/** Two questions that share the look-up of the creation while it is under way. */
interface WhoAsked {
  /** By what name Azure knows who created the private endpoint: for conditions only, since a name proves nothing. */
  readonly byName: Question<string>;
  /** Which person created it. */
  readonly byObjectId: Question<string>;
}

/** Whoever created the private endpoint asked for the connection. */
export function whoAsked(
  { creations, creators }: RequesterSources,
  endpoint: PrivateEndpointId,
  request: ApprovalRequest,
): WhoAsked {
  const creation = whileUnderWay(async () => believed(await creations.of(endpoint), request));
  return {
    byName: {
      source: "Resource Graph",
      nothing: "Resource Graph does not show who created the private endpoint",
      ask: async () => (await creation())?.by ?? null,
    },
    byObjectId: {
      source: "Azure's records",
      nothing: "Azure's records do not show who created the private endpoint",
      ask: async () => {
        const found = await creation();
        if (found !== null && mayBeAnothers(found, request))
          throw new Error("the endpoint may have been made anew since the creation on record");
        const creator = found && (await creators.of(endpoint, found));
        if (creator?.kind === "unclear") throw new Error(creator.because);
        return creator?.objectId ?? null;
      },
    },
  };
}

/**
 * A creation from long before the request may be that of another endpoint of the same name, whose deletion and whose
 * successor's creation are not on record yet: its creator is not believed to be the requester.
 */
function believed(creation: Creation | null, { receivedAt }: ApprovalRequest): Creation | null {
  if (creation === null) return null;
  const isTooOld = Date.parse(receivedAt) - Date.parse(creation.at) > MAX_CREATION_AGE_MS;
  if (isTooOld) throw new Error("the creation on record is older than this request");
  return creation;
}

/**
 * Whether the request may be that of an endpoint whose creation is not on record yet, after that of an earlier one of the
 * same name: whoever could make it anew would otherwise be taken for somebody else.
 */
function mayBeAnothers({ at }: Creation, { takenUpAt }: ApprovalRequest): boolean {
  const takenUpMs = Date.parse(takenUpAt);
  const hadTime = takenUpMs - Date.parse(at) > TOO_SHORT_FOR_ANOTHER_MS;
  return hadTime && Date.now() < takenUpMs + SHOWN_WITHIN_MS;
}

/** Who asks while a call is under way gets its answer. */
function whileUnderWay<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
