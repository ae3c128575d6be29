import { describe, expect, test } from "vitest";
import { reviewEntries } from "../../../shared/approval/review.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import { amend } from "../../../shared/request/ledger.ts";
import { isAtRest } from "../../../shared/request/request.ts";
import { reassess } from "../../../shared/workflow/reassess.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aPolicy,
  aPolicyWith,
  DAY,
  ESCALATES,
  FREEZE,
  HOUR,
  later,
  NINE,
  REJECTS,
  SECURITY,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana } from "../../fixtures/entries.ts";
import { Crash, Fuse } from "../../fixtures/interruptions.ts";
import { seen } from "../../fixtures/reviews.ts";

const { id: CONNECTION, privateEndpointId } = aConnection();
const ID = requestIdOf(CONNECTION, privateEndpointId);
/** More than any of the lives below makes calls. */
const ENOUGH = 150;

const world = () => new ArmWorld().put(aCluster(), aConnection());
const hint = (desk: Desk) =>
  followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "message");
const review = (desk: Desk) =>
  amend(desk.needs.ledger, ID, (now) =>
    reviewEntries(now, ana, seen(now, { review: "approve", reason: "" } as const), desk.clock.now()),
  );

/** From a hint to the end. Each may be killed anywhere, and is then lived again from its beginning. */
type Life = (desk: Desk) => Promise<unknown>;

const byRule: Life = async (desk) => {
  await hint(desk);
  await desk.live(ID);
};

const byPeople: Life = async (desk) => {
  await hint(desk);
  if ((await desk.live(ID)).state !== "waiting") return;
  await desk.deliver();
  await desk.activities.followUp({ requestId: ID, round: 1, now: later(4 * HOUR) });
  await desk.intake.orchestrations.settle((await review(desk)).request, 3);
  await desk.live(ID);
  await desk.deliver();
};

const byPeopleWhoAreAskedTwice: Life = async (desk) => {
  await hint(desk);
  if ((await desk.live(ID)).state !== "waiting") return;
  desk.world.change(CONNECTION, { description: "for payroll" });
  await hint(desk);
  await desk.live(ID);
  await review(desk);
  await desk.live(ID);
};

const afterAFailure: Life = async (desk) => {
  if (desk.clock.now() === NINE) desk.world.forbid("answer", new Fault("BLOCKED", "No."));
  await hint(desk);
  await desk.live(ID);
  desk.clock.advance(HOUR);
  desk.world.forbid("answer", null);
  await hint(desk);
  await desk.live(ID);
};

const throughAFreeze: Life = async (desk) => {
  await hint(desk);
  await desk.live(ID);
  if (desk.clock.now() === NINE) desk.clock.advance(2 * DAY);
  await desk.activities.followUp({ requestId: ID, round: 1, now: later(2 * DAY) });
  await desk.live(ID);
};

/** Another policy comes into force once the first one has brought the request to rest. */
const under =
  (inForce: Policy, goOn: Life): Life =>
  async (desk) => {
    await hint(desk);
    if (isAtRest(await desk.live(ID))) desk.putInForce(inForce);
    await reassess(desk.intake, await desk.request(ID));
    await desk.live(ID);
    await goOn(desk);
  };

const nobodyIsNeeded: Life = async () => undefined;

const aPersonReviews: Life = async (desk) => {
  await review(desk);
  await desk.live(ID);
};

const others: Life = async (desk) => {
  await hint(desk);
  await desk.live(ID);
  await desk.activities.followUp({ requestId: ID, round: 1, now: later(2 * HOUR) });
  await amend(desk.needs.ledger, ID, (now) =>
    reviewEntries(
      now,
      { ...ana, groups: [SECURITY] },
      seen(now, { review: "approve", reason: "" } as const),
      desk.clock.now(),
    ),
  );
  await desk.live(ID);
  await desk.deliver();
};

const UNRELATED = "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }";
const WRITTEN = ["applying", "applied", "verified"];

/** Lives it again and again, as Durable and the bus do, until nobody is killed. */
async function liveThrough(life: Life, fuse: Fuse, policy: Policy): Promise<Desk> {
  const desk = new Desk({ world: world(), policy, through: fuse.through });
  for (let kills = 0; ; kills++) {
    try {
      await life(desk);
      expect(kills).toBe(fuse.hasBlown ? 1 : 0);
      return desk;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

describe.each<[string, Life, Policy, string, string[]]>([
  ["a rule approves", byRule, aPolicy(APPROVES), "Approved", ["assessed", "decided", ...WRITTEN]],
  ["a rule rejects", byRule, aPolicy(REJECTS), "Rejected", ["assessed", "decided", ...WRITTEN]],
  [
    "a person approves",
    byPeople,
    aPolicy(),
    "Approved",
    ["assessed", "asked", "reminded", "reviewed", "decided", ...WRITTEN],
  ],
  [
    "the message changes while people are waited for",
    byPeopleWhoAreAskedTwice,
    aPolicy(),
    "Approved",
    ["assessed", "asked", "received", "assessed", "asked", "reviewed", "decided", ...WRITTEN],
  ],
  [
    "ARM forbids the write at first",
    afterAFailure,
    aPolicy(APPROVES),
    "Approved",
    ["assessed", "decided", "applying", "failed", "reopened", "assessed", "decided", ...WRITTEN],
  ],
  [
    "a freeze comes to its end",
    throughAFreeze,
    aPolicyWith([FREEZE], APPROVES),
    "Approved",
    ["assessed", "deferred", "resumed", "assessed", "decided", ...WRITTEN],
  ],
  [
    "a policy in shadow is enforced",
    under(aPolicy(APPROVES), nobodyIsNeeded),
    aPolicyWith(["mode: shadow"], APPROVES),
    "Approved",
    ["assessed", "deferred", "policyChanged", "resumed", "assessed", "decided", ...WRITTEN],
  ],
  [
    "another policy asks the same people",
    under(aPolicy(UNRELATED), aPersonReviews),
    aPolicy(),
    "Approved",
    ["assessed", "asked", "policyChanged", "assessed", "reviewed", "decided", ...WRITTEN],
  ],
  [
    "another policy asks people of their own",
    under(aPolicy(ESCALATES), aPersonReviews),
    aPolicy(),
    "Approved",
    ["assessed", "asked", "policyChanged", "resumed", "assessed", "asked", "reviewed", "decided", ...WRITTEN],
  ],
  [
    "too few answer, so that others may",
    others,
    aPolicy(ESCALATES),
    "Approved",
    ["assessed", "asked", "escalated", "reviewed", "decided", ...WRITTEN],
  ],
])("%s, and the process is killed", (_name, life, policy, status, afterReceived) => {
  test.each(["before", "after"] as const)(
    "%s any one of its calls: one effective write, and a trail without a hole or a repetition",
    async (when) => {
      const kinds = ["received", ...afterReceived];
      let wasWhole = false;
      for (let fatal = 1; fatal <= ENOUGH && !wasWhole; fatal++) {
        const fuse = new Fuse(fatal, when);

        const desk = await liveThrough(life, fuse, policy);

        const trail = await desk.store.trail(ID);
        expect({ fatal, kinds: trail.map(({ kind }) => kind) }).toEqual({ fatal, kinds });
        expect(trail.map(({ seq }) => seq)).toEqual(kinds.map((_kind, index) => index + 1));
        expect(desk.world.puts).toEqual([expect.objectContaining({ answer: status, changed: true })]);
        expect(desk.world.shown(CONNECTION)?.status).toBe(status);
        wasWhole = !fuse.hasBlown;
      }
      expect(wasWhole).toBe(true);
    },
  );
});

test("each activity that runs a second time, with everything done, does nothing at all", async () => {
  const desk = await liveThrough(byPeople, new Fuse(ENOUGH, "before"), aPolicy());
  const trail = await desk.store.trail(ID);
  desk.world.calls.length = 0;
  const attempt = { requestId: ID, round: 1, tries: NO_TRIES };

  await desk.activities.assess(attempt);
  await desk.activities.apply(attempt);
  await desk.activities.followUp({ requestId: ID, round: 1, now: later(9 * HOUR) });

  expect(await desk.store.trail(ID)).toEqual(trail);
  expect(desk.world.calls).toEqual([]);
});
