import type { Judgement } from "../approval/consequence.ts";
import { CLUSTER_GONE, missingEntries } from "../approval/snapshot.ts";
import { isByItsReviews, NOT_BY_ITS_REVIEWS, noLongerHolds, stillHolds } from "../approval/still-holds.ts";
import { isWithin } from "../connection/arm-id.ts";
import type { Instant } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { requesterIdOf } from "../facts/requester.ts";
import { isRequesterUnknown } from "../policy/index.ts";
import type { AuditRecord, Entry } from "../request/record.ts";
import type { RequestIn } from "../request/request.ts";
import { holdRejection, judged, judgementOf } from "./judge.ts";
import type { JudgingNeeds, Writes } from "./needs.ts";

type Decided = RequestIn<"applying">;

/** Facts that are older, or of another policy, are gathered again before anything is written because of them. */
const FRESH_MS = 60_000;

/** Whether anything may be written for this cluster now. @throws a `Fault` when not */
export async function checkWrites({ scopes, areOn }: Writes, { clusterId }: Decided): Promise<void> {
  if (!scopes.some((scope) => isWithin(clusterId, scope)))
    throw new Fault("OUT_OF_SCOPE", `The cluster ${clusterId} is outside CLUSTER_SCOPES.`);
  if (!(await areOn()))
    throw new Fault(
      "HELD",
      "Nothing is written to ARM, because WRITES is off in the settings, or by switches.json beside the policy.",
    );
}

/**
 * Makes the decision again right before it is written: what was seen when it was made may have changed while ARM was
 * slow, or while somebody mended a role. The time, and with it freezes, and the kill switch are those of now; so are the
 * facts, when those of the assessment are older than a minute.
 *
 * @param trail the request's records
 * @returns what to record instead of writing; nothing when the decision holds
 * @throws a `Fault` when ARM cannot be asked, when only a fact that cannot be read for the moment is in the way, or a policy
 * that rejects and may not do so yet: it may be half of what is being deployed, and is not to cost people their decision
 */
export async function recheckEntries(
  needs: JudgingNeeds,
  request: Decided,
  trail: readonly AuditRecord[],
): Promise<readonly Entry[]> {
  if (!isByItsReviews(request, await requesterOf(needs, request))) return [NOT_BY_ITS_REVIEWS];
  const judgement = await judgedNow(needs, request, trail);
  if (judgement === null) return withoutCluster(request, needs.ledger.now());
  if (stillHolds(request, judgement)) return [];
  const { passing, verdict } = judgement;
  if (passing.length > 0)
    throw new Fault("UNREACHABLE", `Not written yet: ${passing.join(", ")} cannot be read for now.`);
  if (verdict.kind === "reject") await holdRejection(needs);
  return [noLongerHolds(verdict)];
}

/** ARM shows the connection but not its cluster, perhaps for a moment. @throws a `Fault` until that counts */
function withoutCluster(request: Decided, at: Instant): readonly Entry[] {
  const entries = missingEntries(request, CLUSTER_GONE, at);
  if (entries.length === 0) throw new Fault("UNREACHABLE", `${CLUSTER_GONE} It is looked for again.`);
  return entries;
}

/** Object id of who asked, where people must not be that person and nobody knew when they decided; else null. */
async function requesterOf({ facts }: JudgingNeeds, request: Decided): Promise<string | null> {
  if (request.ask === null || !isRequesterUnknown(request.ask.requirement)) return null;
  const found = await requesterIdOf(facts, request);
  return found.kind === "value" ? found.value : null;
}

/** What the policy in force says now; null when the cluster is gone. */
async function judgedNow(
  needs: JudgingNeeds,
  request: Decided,
  trail: readonly AuditRecord[],
): Promise<Judgement | null> {
  const at = needs.ledger.now();
  const policy = await needs.policies.current();
  const assessed = trail.findLast((record) => record.kind === "assessed");
  // Another policy may use what was not looked up for the one that assessed the request.
  if (assessed?.kind === "assessed" && assessed.policyHash === policy.hash && isFresh(assessed.at, at)) {
    const time = { kind: "value", value: at } as const;
    return judged(policy, { ...assessed.facts, time });
  }
  const cluster = await needs.clusters.read(request.clusterId);
  return cluster && judgementOf(needs, { request, cluster, at });
}

const isFresh = (then: Instant, now: Instant): boolean =>
  Math.abs(Date.parse(now) - Date.parse(then)) <= FRESH_MS;
