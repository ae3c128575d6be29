import { describe, expect, test } from "vitest";
import type { FactSources } from "../../shared/facts/port.ts";
import { aPolicyWith, DAY, HOUR, MINUTE } from "../fixtures/builders.ts";
import { aFactSources } from "../fixtures/fact-sources.ts";
import { ana, Life } from "./life.ts";

const bo = { ...ana, oid: "00000000-0000-4000-8000-000000000002", name: "Bo" };
const cy = { ...ana, oid: "00000000-0000-4000-8000-000000000003", name: "Cy" };

/** One of the platform team, but not whoever asked; the same team when that is unknown, as a new policy has it. */
const NOT_BY_THEMSELVES = aPolicyWith(
  ["whenUnknown: { ask: { approvers: [platform], timeout: 1d } }"],
  "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1d, preventSelfReview: true } } }",
);

/** Another hash, and the same for every request here. */
const SAYS_THE_SAME = aPolicyWith(
  ["whenUnknown: { ask: { approvers: [platform], timeout: 1d } }"],
  "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1d, preventSelfReview: true } } }",
  "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }",
);

/** Azure's record of the creation comes late; until then nothing is known. */
function lateRecord(creatorId: string) {
  let isThere = false;
  const whole = aFactSources({ creatorId });
  const facts: FactSources = {
    ...whole,
    creations: { of: async (...about) => (isThere ? whole.creations.of(...about) : null) },
  };
  return {
    facts,
    arrive: () => {
      isThere = true;
    },
  };
}

/** People are asked while nobody knows yet that Ana asked for the connection. */
async function askedBeforeTheRecord(forMs: number) {
  const { facts, arrive } = lateRecord(ana.oid);
  const life = new Life({ policy: NOT_BY_THEMSELVES, facts });
  await life.begin();
  await life.hub.run(forMs);
  return { life, arrive };
}

/** Ana becomes known as the one who asked; then Bo deletes the endpoint and makes one of the same name. */
async function askedAboutTwoInTurn() {
  let { creators } = aFactSources({ creatorId: ana.oid });
  const { facts, arrive } = lateRecord(ana.oid);
  const life = new Life({
    policy: NOT_BY_THEMSELVES,
    facts: { ...facts, creators: { of: (...about) => creators.of(...about) } },
  });
  await life.begin();
  await life.hub.run(MINUTE);
  arrive();
  await life.hub.run(10 * MINUTE);
  expect((await life.request()).ask?.requirement.excludedReviewer).toBe(ana.oid);
  const makeAnew = () => {
    creators = aFactSources({ creatorId: bo.oid }).creators;
  };
  return { life, makeAnew };
}

describe("whoever asked is never among those who count", () => {
  test("the creator of the endpoint cannot approve it alone while Azure does not know yet who that is", async () => {
    const { life, arrive } = await askedBeforeTheRecord(18_000);

    await life.review(ana, "approve");
    await life.hub.run(MINUTE);
    expect(await life.request()).toMatchObject({ state: "waiting" });
    arrive();
    await life.hub.run(10 * MINUTE);

    expect((await life.request()).ask).toMatchObject({
      reviews: [],
      requirement: { excludedReviewer: ana.oid },
    });
    await life.review(ana, "approve");
    expect(await life.request()).toMatchObject({ state: "waiting", ask: { reviews: [] } });
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);
    expect(life.status()).toBe("Approved");
  });

  test("the creator's approval falls out at the next review, which is not delayed by that", async () => {
    const { life, arrive } = await askedBeforeTheRecord(18_000);
    await life.review(ana, "approve");

    arrive();
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);

    expect((await life.request()).decision).toMatchObject({ by: { name: "Bo" } });
    expect(await life.kinds()).toContain("requesterFound");
    expect(life.status()).toBe("Approved");
  });

  test("where it never becomes known, one more than the quorum is enough, whoever asked", async () => {
    const { life } = await askedBeforeTheRecord(MINUTE);

    await life.review(ana, "approve");
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
  });

  test("somebody else's approval is enough as soon as it is known who asked, without another review", async () => {
    const { life, arrive } = await askedBeforeTheRecord(MINUTE);
    await life.review(cy, "approve");

    arrive();
    await life.hub.run(6 * MINUTE);

    expect(life.status()).toBe("Approved");
    expect((await life.request()).decision).toMatchObject({ by: { name: "Cy" } });
  });

  test("somebody else's approval is enough, too, when another policy is the first to know who asked", async () => {
    const { life, arrive } = await askedBeforeTheRecord(MINUTE);
    await life.review(cy, "approve");

    arrive();
    life.putInForce(SAYS_THE_SAME);
    await life.reassess();
    await life.hub.run(MINUTE);

    expect((await life.request()).decision).toMatchObject({ by: { name: "Cy" } });
    expect(life.status()).toBe("Approved");
  });

  test("whoever makes the endpoint anew while people are asked has asked, whoever was known before", async () => {
    const { life, makeAnew } = await askedAboutTwoInTurn();

    makeAnew();
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);

    expect(life.desk.world.puts).toEqual([]);
    expect(await life.request()).toMatchObject({
      state: "waiting",
      ask: { reviews: [], requirement: { excludedReviewer: bo.oid } },
    });
  });

  test("also when another policy is the first to know it, which says the same otherwise", async () => {
    const { life, makeAnew } = await askedAboutTwoInTurn();

    makeAnew();
    life.putInForce(SAYS_THE_SAME);
    await life.reassess();
    await life.hub.run(MINUTE);

    expect((await life.request()).ask?.requirement.excludedReviewer).toBe(bo.oid);
  });

  test("as long as it is unknown, Azure is asked ever more rarely, and the trail does not grow", async () => {
    let looks = 0;
    const facts: FactSources = {
      ...aFactSources(),
      creations: {
        of: async () => {
          looks++;
          return null;
        },
      },
    };
    const life = new Life({ policy: NOT_BY_THEMSELVES, facts });
    await life.begin();

    await life.hub.run(DAY - HOUR);

    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThan(60);
    expect(await life.kinds()).toEqual(["received", "assessed", "asked"]);
  });
});
