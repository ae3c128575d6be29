import {
  type Instant,
  instant,
  type PrivateEndpointConnection,
  type RequestId,
  requestIdOf,
} from "../../shared/connection/connection.ts";
import type { FactSources } from "../../shared/facts/port.ts";
import type { IntakeNeeds } from "../../shared/intake/follow-hint.ts";
import { sweep } from "../../shared/intake/sweep.ts";
import type { Channel, Subscriber } from "../../shared/notify/channel.ts";
import type { Policy } from "../../shared/policy/index.ts";
import type { Policies, Standing } from "../../shared/policy-in-force/port.ts";
import type { ApprovalRequest } from "../../shared/request/request.ts";
import type { Approver } from "../../shared/request/self-review.ts";
import type { DecisionKind } from "../../shared/request/terms.ts";
import { ACTIVITIES, PUT_OUT } from "../../shared/workflow/activities.ts";
import type { PeopleNeeds } from "../../shared/workflow/people.ts";
import { type ReassessReport, reassessAll } from "../../shared/workflow/reassess.ts";
import { reconcile } from "../../shared/workflow/reconcile.ts";
// First: it stands in for the worker, which the real packages look for when they are loaded.
import "../contract/durable-task/app.ts";
import { aCluster, aConnection, MINUTE, PLATFORM } from "../fixtures/builders.ts";
import { Desk, type VirtualClock } from "../fixtures/desk.ts";
import type { Through } from "../fixtures/interruptions.ts";
import { reviewAsSeen } from "../fixtures/reviews.ts";
import { RANK, VirtualHub } from "./virtual-hub.ts";

const { perform } = await import("../../functions/kit/activity.ts");
const { registerApproveConnection } = await import("../../functions/approve-connection.ts");
const { registerDelivery } = await import("../../functions/notices.ts");
registerApproveConnection();
registerDelivery();

export const ana: Approver = {
  kind: "person",
  oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
  name: "Ana",
  groups: [PLATFORM],
  hasTooManyGroups: false,
  signInNames: ["ana@contoso.com"],
  authContexts: [],
};

interface LifeDifferences {
  readonly policy?: Policy;
  readonly rejectionDelayMs?: number;
  readonly policies?: (clock: VirtualClock, standing: Standing) => Policies;
  readonly activityMs?: number;
  readonly connection?: PrivateEndpointConnection;
  readonly facts?: FactSources;
  /** What every call to the store, to ARM, to people and to Durable goes through. */
  readonly through?: Through;
  readonly random?: () => number;
  readonly channels?: readonly Channel[];
  readonly subscribers?: readonly Subscriber[];
}

/** One connection's whole life: the real orchestrator on the real SDK, the real activities and store, in virtual time. */
export class Life {
  readonly desk: Desk;
  readonly hub: VirtualHub;
  readonly connection: PrivateEndpointConnection;
  readonly id: RequestId;
  readonly #intake: IntakeNeeds;
  readonly #people: PeopleNeeds;

  constructor({ activityMs, connection = aConnection(), ...differences }: LifeDifferences = {}) {
    this.desk = new Desk(differences);
    this.hub = new VirtualHub(this.desk.clock, activityMs);
    this.connection = connection;
    this.id = requestIdOf(connection.id, connection.privateEndpointId);
    this.#intake = { ...this.desk.intake, orchestrations: this.hub };
    this.#people = { ...this.desk.people, orchestrations: this.hub };
    this.desk.startDelivery = (requestId, channel) => this.hub.deliveries.start({ requestId, channel });
    this.desk.world.put(aCluster(), connection);
    for (const activity of [...Object.values(ACTIVITIES), PUT_OUT]) perform(activity, () => this.desk.needs);
  }

  /** From now on an activity throws, as a bug of ours would make it. */
  breakActivity(name: keyof typeof ACTIVITIES): void {
    const execute = async () => {
      throw new Error("a bug");
    };
    perform({ name, execute }, () => this.desk.needs);
  }

  /** The bug is mended. */
  mendActivity(name: keyof typeof ACTIVITIES): void {
    perform(ACTIVITIES[name], () => this.desk.needs);
  }

  /** A hint leads to the connection, or to another one. */
  async begin(connection = this.connection): Promise<void> {
    this.desk.world.put(connection);
    await reconcile(this.#intake, connection, "event");
  }

  /** A sweep every five minutes, as the timer makes them; one that fails is over, and the next one comes. */
  sweepEveryFiveMinutes(ms: number): void {
    for (let at = 5 * MINUTE; at <= ms; at += 5 * MINUTE)
      this.hub.after(at, () => this.sweep().catch(() => undefined));
  }

  async sweep(): Promise<void> {
    await sweep(this.#intake, { startAt: 0, signal: new AbortController().signal });
  }

  /** Another policy comes into force; who is to look at what waits has not looked yet. */
  putInForce(policy: Policy): void {
    this.desk.putInForce(policy);
  }

  /** The work goes on in another instance of the app, which has had its policy for long. */
  runElsewhere(policy: Policy): void {
    this.desk.runElsewhere(policy);
  }

  /** What the timer does after another policy came into force. */
  async reassess(): Promise<ReassessReport> {
    return reassessAll(this.#intake, { startAt: 0, signal: new AbortController().signal });
  }

  /** What the timer does that starts the deliveries which a crash kept from being started. */
  async startDueDeliveries(graceMs = 15_000): Promise<void> {
    const before: Instant = instant(Date.parse(this.desk.clock.now()) - graceMs);
    for (const line of await this.desk.store.outbox.due(before, 100)) await this.hub.deliveries.start(line);
  }

  /** As the API does it: the review is stored, then the event is raised. */
  async review(person: Approver, said: DecisionKind, rank: number = RANK.beforeTimers): Promise<void> {
    const orchestrations = {
      start: this.hub.start,
      settle: (_request: ApprovalRequest, waitSeq: number) =>
        this.hub.raise(this.id, `settled-${waitSeq}`, rank),
    };
    await reviewAsSeen({ ...this.#people, orchestrations }, this.id, person, answerOf(said));
  }

  /** The first half of a review, as when the app is killed right after it. */
  async storeReview(person: Approver, said: DecisionKind): Promise<ApprovalRequest> {
    const killed = async () => {
      throw new Error("killed");
    };
    await reviewAsSeen(
      { ...this.#people, orchestrations: { start: killed, settle: killed } },
      this.id,
      person,
      answerOf(said),
    );
    return this.request();
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

const answerOf = (review: DecisionKind) => ({ review, reason: "looked at it" });
