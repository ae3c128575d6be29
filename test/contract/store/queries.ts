import { expect, test } from "vitest";
import type { Instant } from "../../../shared/connection/connection.ts";
import type { Change } from "../../../shared/request/life.ts";
import { writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import {
  CursorError,
  type Page,
  type RecordQuery,
  type RequestStore,
} from "../../../shared/request/store.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  CONSUMER,
  later,
  NINE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import {
  ana,
  applying,
  asked,
  asPerson,
  assessed,
  bo,
  decided,
  failed,
  reopened,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";

/** The trail of a connection called `name`. */
export const trailOf = (name: string, ...entries: readonly Entry[]): Change =>
  aTrail({ connection: aConnection({ id: aConnectionId(name) }) }, ...entries);

export const file = (store: RequestStore, change: Change) => store.append(change);

/** All pages. */
async function allOf<T>(page: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const { items: some, nextCursor }: Page<T> = await page(cursor);
    items.push(...some);
    if (nextCursor === null) return items;
    cursor = nextCursor;
  }
}

/** The part of the contract about pages and filters. */
export function paging(open: () => Promise<RequestStore>): void {
  test("newest first; requests in the order in which they were received, whatever happened to them since", async () => {
    const store = await open();
    const first = trailOf("0");
    for (const trail of [first, trailOf("1"), trailOf("2")]) await file(store, trail);
    await file(store, writeDown(first.request, [assessed()], NINE));

    const requests = await allOf((cursor) => store.requests({ limit: 2, cursor }));
    const records = await allOf((cursor) => store.records({ limit: 2, cursor }));

    expect(requests.map(({ connectionId }) => connectionId)).toEqual(
      ["2", "1", "0"].map((n) => aConnectionId(n)),
    );
    expect(records.map(({ kind }) => kind)).toEqual(["assessed", "received", "received", "received"]);
  });

  test("pages stay stable while records are added", async () => {
    const store = await open();
    for (const name of ["0", "1", "2", "3"]) await file(store, trailOf(name));
    const start = await store.requests({ limit: 2, cursor: null });

    for (const name of ["4", "5"]) await file(store, trailOf(name));
    const rest = await store.requests({ limit: 2, cursor: start.nextCursor });

    const seen = [...start.items, ...rest.items].map(({ connectionId }) => connectionId);
    expect(seen).toEqual(["3", "2", "1", "0"].map((n) => aConnectionId(n)));
    expect(rest.nextCursor).toBeNull();
  });

  test.each([
    [0, null],
    [1, null],
    [2, null],
    [3, expect.any(String)],
  ])("of %i requests a page of two goes on with %s", async (count, expected) => {
    const store = await open();
    for (let n = 0; n < count; n++) await file(store, trailOf(`${n}`));

    const { items, nextCursor } = await store.requests({ limit: 2, cursor: null });

    expect(items).toHaveLength(Math.min(count, 2));
    expect(nextCursor).toEqual(expected);
  });

  test("by state and by outcome", async () => {
    const store = await open();
    const trails = [
      trailOf("a"),
      trailOf("b", asked()),
      trailOf("c", decided(), verified()),
      trailOf("d", failed()),
    ];
    for (const trail of trails) await file(store, trail);
    const idsOf = async (query: object) =>
      (await store.requests({ limit: 9, cursor: null, ...query })).items.map(
        ({ connectionId }) => connectionId,
      );

    expect(await idsOf({ state: "waiting" })).toEqual([aConnectionId("b")]);
    expect(await idsOf({ state: "closed" })).toEqual([aConnectionId("d"), aConnectionId("c")]);
    expect(await idsOf({ outcome: "approved" })).toEqual([aConnectionId("c")]);
    expect(await idsOf({ state: "closed", outcome: "failed" })).toEqual([aConnectionId("d")]);
    expect(await idsOf({ state: "waiting", outcome: "failed" })).toEqual([]);
  });

  test.each([
    "",
    "nonsense",
    "cA",
    "-1",
    "cDE=",
    " ",
    "p1",
    "cDEyMzQ1Njc4OTAxMjM0NTY3ODkw",
    "' OR 1=1 --",
    "\u0000",
  ])("the cursor %j, which no page gave, is refused", async (cursor) => {
    const store = await open();
    await file(store, trailOf("a"));

    await expect(store.requests({ limit: 1, cursor })).rejects.toThrow(CursorError);
    await expect(store.records({ limit: 1, cursor })).rejects.toThrow(CursorError);
  });
}

export function searching(open: () => Promise<RequestStore>): void {
  const other = aConnection({
    id: aConnectionId("x", aClusterId("aks-test")),
    endpoint: anEndpoint("pe-x", "rg-x", PROVIDER),
  });
  const nameless = aConnection({ id: aConnectionId("y"), endpoint: null });
  const half = later(500);
  const byBo = decided("reject", asPerson(bo));

  test.each<[string, Partial<RecordQuery>, string[]]>([
    [
      "all",
      {},
      [
        "received y",
        "verified x",
        "applying x",
        "decided x",
        "received x",
        "reviewed a",
        "asked a",
        "received a",
      ],
    ],
    ["by cluster's name", { cluster: "aks-test" }, ["verified x", "applying x", "decided x", "received x"]],
    [
      "by cluster's name in capitals",
      { cluster: "AKS-TEST" },
      ["verified x", "applying x", "decided x", "received x"],
    ],
    [
      "by cluster's id in capitals",
      { cluster: aClusterId("aks-test").toUpperCase() },
      ["verified x", "applying x", "decided x", "received x"],
    ],
    ["by the beginning of a cluster's name", { cluster: "aks" }, []],
    ["by consumer", { consumer: CONSUMER }, ["reviewed a", "asked a", "received a"]],
    [
      "by consumer in capitals",
      { consumer: PROVIDER.toUpperCase() },
      ["verified x", "applying x", "decided x", "received x"],
    ],
    ["by person", { actor: ana.oid }, ["reviewed a"]],
    ["by person in capitals", { actor: bo.oid.toUpperCase() }, ["decided x"]],
    ["by rule", { actor: "payments" }, ["applying x"]],
    ["by half a rule's name", { actor: "payment" }, []],
    ["by system", { actor: "system" }, ["received y", "verified x", "received x", "asked a", "received a"]],
    ["by outcome", { outcome: "rejected" }, ["verified x"]],
    ["by an outcome that nothing had", { outcome: "expired" }, []],
    ["not before", { from: half }, ["received y"]],
    ["before", { to: half, consumer: CONSUMER }, ["reviewed a", "asked a", "received a"]],
    [
      "at its very beginning",
      { from: NINE, to: later(1), cluster: "aks-prod" },
      ["reviewed a", "asked a", "received a"],
    ],
    [
      "not before a moment without milliseconds",
      { from: "2026-03-02T09:00:00Z" as Instant, actor: ana.oid },
      ["reviewed a"],
    ],
    ["before a moment without milliseconds", { to: "2026-03-02T09:00:00Z" as Instant }, []],
    [
      "by everything together",
      { cluster: "aks-test", actor: bo.oid, consumer: PROVIDER, from: NINE },
      ["decided x"],
    ],
    ["by a quote", { cluster: "' OR '1'='1", actor: "%" }, []],
  ])("%s", async (_name, query, expected) => {
    const store = await open();
    await file(store, trailOf("a", asked(), reviewed(ana)));
    await file(store, aTrail({ connection: other }, byBo, applying("Rejected"), verified("Rejected")));
    await file(store, aTrail({ connection: nameless, at: half }));

    const found = await allOf((cursor) => store.records({ ...query, limit: 2, cursor }));

    expect(found.map(({ kind, connectionId }) => `${kind} ${connectionId.at(-1)}`)).toEqual(expected);
  });
}

const STRANGER = "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11";

/** The part of the contract about what was approved before. */
export function counting(open: () => Promise<RequestStore>): void {
  const approval = [decided(), applying(), verified()];
  const ofStranger = (name: string, ...entries: readonly Entry[]): Change => {
    const endpoint = anEndpoint("pe-a", "rg", STRANGER);
    return aTrail({ connection: aConnection({ id: aConnectionId(name), endpoint }) }, ...entries);
  };

  test("only requests of the subscription count that were closed as approved", async () => {
    const store = await open();
    for (const trail of [
      trailOf("approved-1", ...approval),
      trailOf("approved-2", ...approval),
      trailOf("rejected", decided("reject"), applying("Rejected"), verified("Rejected")),
      trailOf("under-way", decided(), applying()),
      trailOf("failed", failed()),
      ofStranger("approved-3", ...approval),
    ]) {
      await file(store, trail);
    }

    expect(await store.approvedBefore(CONSUMER)).toBe(2);
    expect(await store.approvedBefore(STRANGER.toUpperCase())).toBe(1);
    expect(await store.approvedBefore(PROVIDER)).toBe(0);
  });

  test("one that was approved, taken up anew and approved again counts once; so does one that is under way again", async () => {
    const store = await open();
    const twice = trailOf("a", ...approval);
    await file(store, twice);
    const again = writeDown(twice.request, [reopened(), ...approval], NINE);
    await file(store, again);

    expect(await store.approvedBefore(CONSUMER)).toBe(1);
    await file(store, writeDown(again.request, [reopened()], NINE));
    expect(await store.approvedBefore(CONSUMER)).toBe(1);
  });
}
