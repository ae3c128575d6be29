import {
  type PrivateEndpointConnection,
  type RequestId,
  requestIdOf,
} from "../../shared/connection/connection.ts";
import type { FactSources } from "../../shared/facts/port.ts";
import type { IntakeNeeds } from "../../shared/intake/follow-hint.ts";
import { sweep } from "../../shared/intake/sweep.ts";
import type { Notifier } from "../../shared/notify/port.ts";
import type { Policy } from "../../shared/policy/index.ts";
import type { DecisionKind } from "../../shared/request/record.ts";
import type { ApprovalRequest } from "../../shared/request/request.ts";
import type { Approver } from "../../shared/request/self-review.ts";
import { announce, apply, ask, assess, followUp, giveUp } from "../../shared/workflow/contract.ts";
import { reassessAll } from "../../shared/workflow/reassess.ts";
import { takeConnection } from "../../shared/workflow/reconcile.ts";
import { takeReview } from "../../shared/workflow/review.ts";
// First: it stands in for the worker, which the real packages look for when they are loaded.
import "../contract/durable-task/app.ts";
import { aCluster, aConnection, PLATFORM } from "../fixtures/builders.ts";
import { Desk } from "../fixtures/desk.ts";
import type { Through } from "../fixtures/interruptions.ts";
import { RANK, VirtualHub } from "./virtual-hub.ts";

const { perform } = await import("../../functions/kit/activity.ts");
await import("../../functions/approve-connection.ts");

export const ana: Approver = {
  kind: "person",
  oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
  name: "Ana",
  groups: [PLATFORM],
  signInNames: ["ana@contoso.com"],
};

interface LifeDifferences {
  readonly policy?: Policy;
  readonly activityMs?: number;
  readonly connection?: PrivateEndpointConnection;
  readonly facts?: FactSources;
  /** What every call to the store, to ARM, to people and to Durable goes through. */
  readonly through?: Through;
  readonly random?: () => number;
  readonly notifier?: Notifier;
}

/** One connection's whole life: the real orchestrator on the real SDK, the real activities and store, in virtual time. */
export class Life {
  readonly desk: Desk;
  readonly hub: VirtualHub;
  readonly connection: PrivateEndpointConnection;
  readonly id: RequestId;
  readonly #intake: IntakeNeeds;

  constructor({ activityMs, connection = aConnection(), ...differences }: LifeDifferences = {}) {
    this.desk = new Desk(differences);
    this.hub = new VirtualHub(this.desk.clock, activityMs);
    this.connection = connection;
    this.id = requestIdOf(connection.id, connection.privateEndpointId);
    this.#intake = { ...this.desk.intake, orchestrations: this.hub };
    this.desk.world.put(aCluster(), connection);
    const { activities } = this.desk;
    perform(assess, (errand) => activities.assess(errand));
    perform(ask, ({ requestId }) => activities.ask(requestId));
    perform(followUp, (at) => activities.followUp(at));
    perform(apply, (errand) => activities.apply(errand));
    perform(giveUp, (errand) => activities.giveUp(errand));
    perform(announce, ({ requestId }) => activities.announce(requestId));
  }

  /** From now on an activity of this name throws, as a bug of ours would make it. */
  breakActivity(activity: typeof apply | typeof assess): void {
    perform(activity, async () => {
      throw new Error("a bug");
    });
  }

  /** A hint leads to the connection, or to another one. */
  async begin(connection = this.connection): Promise<void> {
    this.desk.world.put(connection);
    await takeConnection(this.#intake, connection, "event");
  }

  async sweep(): Promise<void> {
    await sweep(this.#intake, { startAt: 0, signal: new AbortController().signal });
  }

  /** Another policy comes into force; who is to look at what waits has not looked yet. */
  putInForce(policy: Policy): void {
    this.desk.policy = policy;
  }

  /** What the timer does after another policy came into force. */
  async reassess(): Promise<void> {
    await reassessAll(this.#intake, { startAt: 0, signal: new AbortController().signal });
  }

  /** As the API does it: the review is stored, then the event is raised. */
  async review(person: Approver, review: DecisionKind, rank: number = RANK.beforeTimers): Promise<void> {
    const { state, askedSeq } = await this.storeReview(person, review);
    if (state === "applying" && askedSeq !== null) await this.hub.raise(this.id, `settled-${askedSeq}`, rank);
  }

  /** The first half of a review, as when the app is killed right after it. */
  async storeReview(person: Approver, review: DecisionKind): Promise<ApprovalRequest> {
    const answer = { review, reason: "looked at it" };
    const { request } = await takeReview(this.#intake, await this.request(), person, answer);
    return request;
  }

  request(): Promise<ApprovalRequest> {
    return this.desk.request(this.id);
  }

  kinds(): Promise<string[]> {
    return this.desk.kinds(this.id);
  }

  /** What ARM shows of the connection. */
  status(): string | undefined {
    return this.desk.world.shown(this.connection.id)?.status;
  }

  /** How the orchestration of a round ended. */
  instance(round = 1): string | undefined {
    return this.hub.instances.get(round === 1 ? this.id : `${this.id}-${round}`)?.status;
  }
}
