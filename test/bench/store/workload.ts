import { createSecretKey } from "node:crypto";
import { applied, nextAnswerStep } from "../../../shared/approval/answer.ts";
import { judgementEntries } from "../../../shared/approval/consequence.ts";
import { reviewEntries } from "../../../shared/approval/review.ts";
import { received, shownEntries } from "../../../shared/approval/snapshot.ts";
import { ClusterId, connectionIdOf, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import {
  type Instant,
  instant,
  type PrivateEndpointConnection,
} from "../../../shared/connection/connection.ts";
import { givenFacts, value } from "../../../shared/facts/given.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { explain, type Facts } from "../../../shared/policy/index.ts";
import { type Change, openRequest, writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { keyedSeals, type RecordKey } from "../../../shared/request/seal.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
import { SYSTEM } from "../../../shared/request/terms.ts";
import { plainRules, policyFile } from "../policy/workload.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
/** The requests of the workload come within a year. */
const YEAR_MS = 365 * 24 * HOUR_MS;
const START_MS = Date.parse("2025-11-01T00:00:00.000Z");

const RULES = plainRules(20);
const CONSUMERS = 300;
const PEOPLE = 40;
const PROVIDER = "5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10";
const CLUSTERS = ["aks-prod-weu", "aks-prod-neu", "aks-dev-weu", "aks-test-weu"].map((name) => ({
  id: ClusterId.parse(
    `/subscriptions/${PROVIDER}/resourceGroups/rg-${name}/providers/Microsoft.ContainerService/managedClusters/${name}`,
  ),
  location: "westeurope",
  tags: { env: name.includes("prod") ? "prod" : "dev", owner: "platform" },
  nodeResourceGroup: `MC_rg-${name}_${name}_westeurope`,
  isPrivate: true,
}));

/** What the records are sealed by. */
export const KEYS: readonly [RecordKey] = [{ id: "bench", key: createSecretKey(Buffer.alloc(32, 7)) }];
const SEALS = keyedSeals(KEYS);
const POLICY = policyInForce();

function policyInForce() {
  const loaded = loadPolicy(policyFile(RULES), "policy.yaml");
  if (loaded.kind === "problems") throw new Error("The policy of the bench has problems.");
  return loaded.policy;
}

export const guid = (kind: string, index: number): string =>
  `${kind}-1ff8-4789-acc6-${index.toString(16).padStart(12, "0")}`;

const person = (index: number): Approver => ({
  kind: "person",
  oid: guid("7e9e0d50", index),
  name: `Person ${index}`,
  groups: [guid("3e9e0d50", 0)],
  hasTooManyGroups: false,
  signInNames: [`person-${index}@contoso.com`],
  authContexts: [],
});

/** One in so many requests is anybody's; the others come from whom a rule names. */
const STRANGERS = 8;

/** One in so many consumers deletes the endpoint before it is answered. */
const WITHDRAWN = 4;
const SUPERSEDED: Entry = {
  kind: "superseded",
  actor: SYSTEM,
  because: "The connection is gone from the cluster.",
  sentence: "Nothing is left to decide: the connection is gone from the cluster.",
};

/** The n-th of `count` requests: who asks to connect what, when. */
function connectionOf(n: number, count: number) {
  const rule = RULES[(n * 7) % RULES.length];
  const isStranger = n % STRANGERS === 0;
  const subscription = isStranger
    ? guid("4e9e0d50", (n * 13) % CONSUMERS)
    : (rule?.subscriptions[n % 2] ?? "");
  const name = isStranger ? `pe-app-${n}` : `${rule?.prefix}${n}`;
  const cluster = CLUSTERS[(n * 11 + Math.floor(n / 4)) % CLUSTERS.length];
  if (cluster === undefined) throw new Error("There is no cluster.");
  const endpoint = `/subscriptions/${subscription}/resourceGroups/rg-${name.split("-")[1]}-${n % 50}/providers/Microsoft.Network/privateEndpoints/${name}`;
  const shown = `${name}.${guid("8e9e0d50", n)}`;
  const connection: PrivateEndpointConnection = {
    id: connectionIdOf(cluster.id, shown),
    clusterId: cluster.id,
    name: shown,
    privateEndpoint: endpoint,
    privateEndpointId: PrivateEndpointId.parse(endpoint),
    status: "Pending",
    description: `for the ${name.split("-")[1]} team, ticket ${n}`,
  };
  return { connection, cluster, subscription, atMs: START_MS + Math.floor((n / count) * YEAR_MS) };
}

/** What the app looks up beside what is given. */
const lookedUp = (facts: Facts, subscription: string, n: number): Facts => ({
  ...facts,
  endpoint: { ...facts.endpoint, location: value("westeurope") },
  consumer: {
    tenant: value(PROVIDER),
    subscriptionName: value(`sub-team-${subscription.slice(-2)}-prod`),
    managementGroups: value(["contoso", `mg-${subscription.slice(-2)}`]),
    tags: value({ owner: `team-${subscription.slice(-2)}`, costCenter: "4711" }),
  },
  requester: value(`user-${n % 500}@contoso.com`),
  history: { approvedBefore: value(n % 20), approvedOnCluster: value(n % 5) },
});

/** A trail that grows, a few seconds with each step. */
class Trail {
  #change: Change;
  #atMs: number;

  constructor(opened: Change, atMs: number) {
    this.#change = opened;
    this.#atMs = atMs;
  }

  get change(): Change {
    return this.#change;
  }

  get request(): ApprovalRequest {
    return this.#change.request;
  }

  at(afterMs: number): Instant {
    this.#atMs += afterMs;
    return instant(this.#atMs);
  }

  add(entries: readonly Entry[], at: Instant): void {
    const { records, said, notices, ...after } = writeDown(this.request, entries, at, SEALS);
    this.#change = {
      ...after,
      records: [...this.#change.records, ...records],
      said: [...this.#change.said, ...said],
      notices: [...this.#change.notices, ...notices],
    };
  }
}

/** What becomes of the n-th of `count` requests, as the app would have written it. */
export function trailOf(n: number, count: number): Change {
  const { connection, cluster, subscription, atMs } = connectionOf(n, count);
  const { id: connectionId, clusterId, privateEndpointId, description } = connection;
  const first = received({ connectionId, clusterId, privateEndpointId, source: "event" }, description);
  const trail = new Trail(openRequest(connection, first, instant(atMs), SEALS), atMs);

  const assessedAt = trail.at(2 * SECOND_MS);
  const given = givenFacts({ request: trail.request, cluster, at: assessedAt });
  const facts = lookedUp(given, subscription, n);
  const verdict = explain(POLICY, facts);
  const judgement = { verdict, facts, passing: [], unnamed: verdict, version: null };
  trail.add(judgementEntries(trail.request, judgement, assessedAt), assessedAt);
  if (n % WITHDRAWN === 2) trail.add([SUPERSEDED], trail.at(SECOND_MS));
  if (trail.request.state === "waiting" && n % 50 !== 1) answerByPeople(trail, n);
  if (trail.request.state === "applying") bringIntoArm(trail, connection);
  return trail.change;
}

function answerByPeople(trail: Trail, n: number): void {
  const { ask } = trail.request;
  if (ask === null) return;
  if (n % 10 === 3) {
    const entry: Entry = {
      kind: "expired",
      actor: SYSTEM,
      deadline: ask.deadline,
      sentence: `Nobody answered until ${ask.deadline}.`,
    };
    trail.add([entry], ask.deadline);
    return;
  }
  const at = trail.at((n % 20) * HOUR_MS);
  const review = n % 7 === 0 ? ("reject" as const) : ("approve" as const);
  const answer = { review, reason: `ticket ${n}`, asked: ask.seq };
  trail.add(reviewEntries(trail.request, person(n % PEOPLE), answer, at), at);
}

function bringIntoArm(trail: Trail, connection: PrivateEndpointConnection): void {
  const at = trail.at(SECOND_MS);
  if (trail.request.state !== "applying") return;
  const step = nextAnswerStep(trail.request, connection, at);
  if (step.kind !== "write") throw new Error("There is nothing to write.");
  trail.add(step.entries, at);
  trail.add([applied(step.answer, guid("9e9e0d50", trail.request.seq))], trail.at(SECOND_MS));
  trail.add(shownEntries(trail.request, step.answer, ""), trail.at(SECOND_MS));
}
