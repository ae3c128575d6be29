import { expect, test } from "vitest";
import { writeDown } from "../../../../shared/request/life.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { later, NINE } from "../../../fixtures/builders.ts";
import { ana, anEntry, asked, asPerson, assessed, decided, reopened } from "../../../fixtures/entries.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { trailOf } from "../store-under-test.ts";
import { aPrefix, type tableStores } from "./stores.ts";
import { aTroubledWay } from "./troubled-way.ts";

/** What the app needs a right to. */
export function insertOnly(azurite: () => Azurite, { openNamed }: ReturnType<typeof tableStores>): void {
  test("records and accesses are added and read; nothing ever changes or removes one", async () => {
    const way = await aTroubledWay(azurite());
    const prefix = aPrefix();
    const store = await openNamed(prefix, way);
    const begun = trailOf("a", assessed(), asked());
    await store.append(begun);
    const answers = [decided("approve", asPerson(ana)), decided("reject")].map((entry, n) =>
      writeDown(begun.request, [entry, anEntry.superseded], later(n), SEALS),
    );

    const taken = await Promise.all(answers.map((change) => store.append(change)));
    const closed = answers[taken.indexOf(true)];
    if (closed !== undefined) await store.append(writeDown(closed.request, [reopened()], NINE, SEALS));
    await store.accesses.add({
      at: NINE,
      person: asPerson(ana),
      operation: "listRecords",
      query: {},
      count: 0,
    });
    await store.rebuild();

    const methodsOf = (name: string) => [
      ...new Set(
        way.operations.filter(({ table }) => table === `${prefix}${name}`).map(({ method }) => method),
      ),
    ];
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(methodsOf("records").sort()).toEqual(["GET", "POST"]);
    expect(methodsOf("accesses").sort()).toEqual(["GET", "POST"]);
    expect(methodsOf("views")).toContain("DELETE");
  });
}
