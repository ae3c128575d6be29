import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountOf, distrusted } from "../../../shared/request/account.ts";
import { HOUR, later } from "../../fixtures/builders.ts";
import { ana, bo, reviewed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { STRIKES } from "./damages.ts";
import { type Drawer, Vault } from "./vault.ts";

/** How many requests there are, and in each hour how many records come to each. */
const History = fc.record({
  requests: fc.integer({ min: 2, max: 6 }),
  hours: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 5 }),
  /** Before that many hours somebody took a copy of the store. */
  copied: fc.integer({ min: 1, max: 2 }),
});
const Aims = fc.record({ trail: fc.nat(50), other: fc.nat(50), record: fc.nat(50), digest: fc.nat(50) });

/** Of each of thirty ways to write into a store: a history has a dozen places or two where it can be done. */
const RUNS = 50;

/** A store that hours went by in, a digest after each, and a copy of it from before. */
async function lived({ requests, hours, copied }: { requests: number; hours: number[]; copied: number }) {
  const vault = new Vault();
  let before = new Map<string, Drawer>();
  const ids = Array.from({ length: requests }, (_, index) => vault.open(`pe-${index}`, 0));
  for (const [hour, records] of hours.entries()) {
    for (const id of ids)
      for (let added = 0; added < records; added++)
        vault.add(id, hour + 0.5, reviewed(added % 2 === 0 ? ana : bo));
    await vault.digest(hour + 1);
    if (hours.length - copied - 1 === hour) before = vault.copyOfTrails();
  }
  return { vault, before };
}

describe("a store in which everything is as the app wrote it", () => {
  test("is sound, whenever digests are made and whatever is added after the last one", async () => {
    await fc.assert(
      fc.asyncProperty(
        History,
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        async (history, grows, maxHeads) => {
          const { vault } = await lived(history);
          const { drawers } = vault;
          if (grows)
            for (const id of drawers.keys()) vault.add(id as never, history.hours.length + 1, reviewed(bo));
          await vault.digest(history.hours.length + 1.5, maxHeads);

          const { findings, trails, records } = await vault.verify(null, { maxHeads });

          expect(findings).toEqual([]);
          expect(trails).toBe(history.requests);
          expect(records).toBe([...drawers.values()].reduce((sum, { rows }) => sum + rows.length, 0));
        },
      ),
    );
  });
});

describe("whoever writes into the store is found, and it is said what they did:", () => {
  test.each(Object.entries(STRIKES))("%s", async (_name, strike) => {
    await fc.assert(
      fc.asyncProperty(History, Aims, async (history, aim) => {
        const { vault, before } = await lived(history);
        const { also = [], ...expected } = strike(vault, aim, before);

        const { findings, counts } = await vault.verify();

        expect(findings).toContainEqual(expect.objectContaining(expected));
        expect(counts[expected.what]).toBe(1 + also.length);
        if (expected.requestId !== undefined)
          expect(findings.map(({ requestId }) => requestId).sort()).toEqual(
            [expected.requestId, ...also].sort(),
          );
      }),
      { numRuns: RUNS },
    );
  });
});

describe("a request that the app went on with after somebody wrote into its records", () => {
  test("is not sealed as the app's own: what they wrote into it is found, though the records were put back", async () => {
    const vault = new Vault();
    const id = vault.open("pe-a", 0);
    const drawer = vault.drawer(id);
    const [first, second, ...others] = drawer.rows;
    if (first === undefined || second === undefined || drawer.request === null) throw new Error("No rows.");
    drawer.request = { ...drawer.request, requestMessage: "from a friend" };
    drawer.rows = [first, { ...second, said: "{" }, ...others];
    const account = await accountOf({ store: vault, seals: SEALS }, id);
    if (account.kind === "sound") throw new Error("Nobody saw it.");
    vault.append(distrusted(account, later(HOUR), SEALS));
    vault.drawer(id).rows.splice(1, 1, second);

    const { findings } = await vault.verify();

    expect(findings).toContainEqual(expect.objectContaining({ what: "requestDiffers", requestId: id }));
  });
});
