import { describe, expect, test } from "vitest";
import type { Instant } from "../../../shared/connection/connection.ts";
import type { Change } from "../../../shared/request/life.ts";
import { writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { CursorError, type Page, type RecordQuery } from "../../../shared/request/store.ts";
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
import { SEALS } from "../../fixtures/seals.ts";
import { type OpenStore, trailOf } from "./store-under-test.ts";

/** The part of the contract that is about questions to the store. */
export function queries(open: OpenStore): void {
  describe("pages of requests and records", () => paging(open));
  describe("records are found", () => searching(open));
  describe("what was approved is counted", () => counting(open));
}

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

function paging(open: OpenStore): void {
  test("begin with the newest; requests in the order in which they were received, whatever happened to them since", async () => {
    const store = await open();
    const first = trailOf("0");
    for (const trail of [first, trailOf("1"), trailOf("2")]) await store.append(trail);
    await store.append(writeDown(first.request, [assessed()], NINE, SEALS));

    const requests = await allOf((cursor) => store.requests({ limit: 2, cursor }));
    const records = await allOf((cursor) => store.records({ limit: 2, cursor }));

    expect(requests.map(({ connectionId }) => connectionId)).toEqual(
      ["2", "1", "0"].map((n) => aConnectionId(n)),
    );
    expect(records.map(({ kind }) => kind)).toEqual(["assessed", "received", "received", "received"]);
  });

  test("stay stable while records are added", async () => {
    const store = await open();
    for (const name of ["0", "1", "2", "3"]) await store.append(trailOf(name));
    const start = await store.requests({ limit: 2, cursor: null });

    for (const name of ["4", "5"]) await store.append(trailOf(name));
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
    for (let n = 0; n < count; n++) await store.append(trailOf(`${n}`));

    const { items, nextCursor } = await store.requests({ limit: 2, cursor: null });

    expect(items).toHaveLength(Math.min(count, 2));
    expect(nextCursor).toEqual(expected);
  });

  test("hold requests of a state, of an outcome, or of both", async () => {
    const store = await open();
    const trails = [
      trailOf("a"),
      trailOf("b", asked()),
      trailOf("c", decided(), verified()),
      trailOf("d", failed()),
    ];
    for (const trail of trails) await store.append(trail);
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
    await store.append(trailOf("a"));

    await expect(store.requests({ limit: 1, cursor })).rejects.toThrow(CursorError);
    await expect(store.records({ limit: 1, cursor })).rejects.toThrow(CursorError);
  });
}

function searching(open: OpenStore): void {
  const other = aConnection({
    id: aConnectionId("x", aClusterId("aks-test")),
    endpoint: anEndpoint("pe-x", "rg-x", PROVIDER),
  });
  const nameless = aConnection({ id: aConnectionId("y"), endpoint: null });
  const half = later(500);
  const byBo = decided("reject", asPerson(bo));
  const ofA = ["reviewed a", "asked a", "received a"];
  const ofX = ["verified x", "applying x", "decided x", "received x"];

  test.each<[string, Partial<RecordQuery>, string[]]>([
    ["by nothing: all of them", {}, ["received y", ...ofX, ...ofA]],
    ["by the cluster's name", { cluster: "aks-test" }, ofX],
    ["by the cluster's name in capitals", { cluster: "AKS-TEST" }, ofX],
    ["by the cluster's id in capitals", { cluster: aClusterId("aks-test").toUpperCase() }, ofX],
    ["not by the beginning of a cluster's name", { cluster: "aks" }, []],
    ["by the consumer", { consumer: CONSUMER }, ofA],
    ["by the consumer in capitals", { consumer: PROVIDER.toUpperCase() }, ofX],
    ["by the person", { actor: ana.oid }, ["reviewed a"]],
    ["by the person in capitals", { actor: bo.oid.toUpperCase() }, ["decided x"]],
    ["by the person's name in any case", { actor: "aNA" }, ["reviewed a"]],
    ["by the name of a person who decided", { actor: "Bo" }, ["decided x"]],
    ["by a sign-in name of who reviewed, in any case", { actor: "ANA@contoso.com" }, ["reviewed a"]],
    ["by a name with spaces around", { actor: " Ana " }, ["reviewed a"]],
    ["not by the beginning of a sign-in name", { actor: "ana@" }, []],
    ["by the rule", { actor: "payments" }, ["applying x"]],
    ["not by half a rule's name", { actor: "payment" }, []],
    [
      "by the system",
      { actor: "system" },
      ["received y", "verified x", "received x", "asked a", "received a"],
    ],
    ["by the outcome", { outcome: "rejected" }, ["verified x"]],
    ["not by an outcome that nothing had", { outcome: "expired" }, []],
    ["from a moment on", { from: half }, ["received y"]],
    ["up to a moment", { to: half, consumer: CONSUMER }, ofA],
    ["from their very moment on, up to the next", { from: NINE, to: later(1), cluster: "aks-prod" }, ofA],
    [
      "from a moment without milliseconds on",
      { from: "2026-03-02T09:00:00Z" as Instant, actor: ana.oid },
      ["reviewed a"],
    ],
    ["not up to that moment without milliseconds", { to: "2026-03-02T09:00:00Z" as Instant }, []],
    [
      "by everything together",
      { cluster: "aks-test", actor: bo.oid, consumer: PROVIDER, from: NINE },
      ["decided x"],
    ],
    ["not by a quote", { cluster: "' OR '1'='1", actor: "%" }, []],
  ])("%s", async (_name, query, expected) => {
    const store = await open();
    await store.append(trailOf("a", asked(), reviewed(ana)));
    await store.append(aTrail({ connection: other }, byBo, applying("Rejected"), verified("Rejected")));
    await store.append(aTrail({ connection: nameless, at: half }));

    const found = await allOf((cursor) => store.records({ ...query, limit: 2, cursor }));

    expect(found.map(({ kind, connectionId }) => `${kind} ${connectionId.at(-1)}`)).toEqual(expected);
  });
}

const STRANGER = "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11";

const kindIn = (body: string): unknown => (JSON.parse(body) as { kind: unknown }).kind;

function counting(open: OpenStore): void {
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
      await store.append(trail);
    }

    expect(await store.approvedBefore(CONSUMER)).toBe(2);
    expect(await store.approvedBefore(STRANGER.toUpperCase())).toBe(1);
    expect(await store.approvedBefore(PROVIDER)).toBe(0);
    const approvals = await store.approvals(STRANGER);
    expect(approvals.map(({ bodyBefore, body }) => [bodyBefore, body].map(kindIn))).toEqual([
      ["applying", "verified"],
    ]);
  });

  test("one that was approved, taken up anew and approved again counts once; so does one that is under way again", async () => {
    const store = await open();
    const twice = trailOf("a", ...approval);
    await store.append(twice);
    const again = writeDown(twice.request, [reopened(), ...approval], NINE, SEALS);
    await store.append(again);

    expect(await store.approvedBefore(CONSUMER)).toBe(1);
    await store.append(writeDown(again.request, [reopened()], NINE, SEALS));
    expect(await store.approvedBefore(CONSUMER)).toBe(1);
  });
}
