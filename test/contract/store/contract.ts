import { describe, expect, test } from "vitest";
import { type ClusterId, type ConnectionId, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { requestText, writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Store } from "../../../shared/store/store.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  followed,
  later,
  NINE,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  asked,
  asPerson,
  assessed,
  bo,
  decided,
  deferred,
  resumed,
  reviewed,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { accesses } from "./accesses.ts";
import { approvals } from "./approvals.ts";
import { outbox } from "./outbox.ts";
import { posted } from "./posted.ts";
import { runs } from "./runs.ts";
import { search } from "./search.ts";
import { standing } from "./standing.ts";
import { type OpenStore, trailOf } from "./store-under-test.ts";
import { trails } from "./trails.ts";

/** A store, and what the next process sees of it. */
interface LastingStore {
  readonly store: Store;
  reopened(): Promise<Store>;
}

/** How the contract comes by an adapter. */
interface Adapter {
  readonly open: OpenStore;
  /** An empty store that outlives its process. */
  openLasting(): Promise<LastingStore>;
}

/** What every store must do; each adapter runs it. */
export function storeContract(name: string, { open, openLasting }: Adapter): void {
  describe(`store: ${name}`, () => {
    describe("appending", () => appending(open));
    describe("open requests", () => openRequests(open));
    describe("what was approved", () => approvals(open));
    search(open);
    describe("trails", () => trails(open));
    describe("messages that are brought up to date", () => posted(open));
    describe("the log of accesses", () => accesses(open));
    describe("since when the policy in force stands", () => standing(open));
    describe("how the jobs last ended", () => runs(open));
    describe("the outbox", () => outbox(open));
    describe("lasting", () => lasting(openLasting));
  });
}

function appending(open: OpenStore): void {
  test("what was appended is what is read", async () => {
    const store = await open();
    const trail = trailOf("a", assessed(), asked(), reviewed(ana));

    expect(await store.append(trail)).toBe(true);

    expect(await store.read(trail.request.id)).toEqual(trail.request);
    expect(await store.trail(trail.request.id)).toEqual(trail.records);
  });

  test("what nobody appended is null and empty", async () => {
    const store = await open();
    const id = requestIdOf(aConnectionId("nowhere"), null);

    expect([await store.read(id), await store.trail(id)]).toEqual([null, []]);
  });

  test("the same records again are refused, and the trail stays as it was", async () => {
    const store = await open();
    const trail = trailOf("a", assessed());
    await store.append(trail);

    expect(await store.append(trail)).toBe(false);
    expect(await store.trail(trail.request.id)).toHaveLength(2);
  });

  test("only what follows the stored trail is taken: neither what is behind nor what is ahead", async () => {
    const store = await open();
    const trail = trailOf("a", assessed());
    await store.append(trail);
    const behind = writeDown(trailOf("a").request, [anEntry.superseded], NINE, SEALS);
    const ahead = writeDown(followed(trail.request, [asked()]), [anEntry.expired], NINE, SEALS);

    expect(await store.append(behind)).toBe(false);
    expect(await store.append(ahead)).toBe(false);
    expect(await store.read(trail.request.id)).toEqual(trail.request);
  });

  test("a request and its records can be read as they are at one moment", async () => {
    const store = await open();
    const trail = trailOf("a", assessed(), asked());
    await store.append(trail);

    const { request, records } = await store.whole(trail.request.id);

    expect(request).toEqual(trail.request);
    const kept = trail.records.map(({ seq, seal }, index) => ({ seq, said: trail.said[index], seal }));
    expect(records).toEqual(kept);
    const nowhere = await store.whole(requestIdOf(aConnectionId("nowhere"), null));
    expect(nowhere).toEqual({ request: null, records: [] });
  });

  test("a request is read with what proves it, where the store keeps it, and with its last record's seal", async () => {
    const store = await open();
    const { records, request, requestSaid, requestSeal, ...rest } = trailOf("a", assessed(), asked());
    await store.append({ records, request, requestSaid, requestSeal, ...rest });

    const found = await store.readSealed(request.id);

    expect(found).toMatchObject({ request, head: { seq: 3, seal: records.at(-1)?.seal } });
    expect([null, { said: requestSaid, seal: requestSeal }]).toContainEqual(found?.sealed);
    expect(await store.readSealed(requestIdOf(aConnectionId("nowhere"), null))).toBeNull();
  });

  test("a request cannot begin in its middle", async () => {
    const store = await open();
    const { records, said, ...rest } = trailOf("a", assessed());

    const taken = await store.append({ ...rest, records: records.slice(1), said: said.slice(1) });

    expect(taken).toBe(false);
    expect(await store.read(rest.request.id)).toBeNull();
  });

  test("nothing is appended as willingly as something", async () => {
    const store = await open();
    const { request } = trailOf("a");

    expect(
      await store.append({
        records: [],
        said: [],
        request,
        requestSaid: requestText(request),
        requestSeal: null,
        notices: [],
      }),
    ).toBe(true);
    expect(await store.read(request.id)).toBeNull();
  });

  test("all of it or none: one record that cannot be taken takes the others with it", async () => {
    const store = await open();
    const trail = trailOf("a");
    await store.append(trail);
    const next = writeDown(trail.request, [assessed(), asked()], NINE, SEALS);
    const twice = next.records.map((record) => ({ ...record, seq: 2 }));

    const outcome = await store.append({ ...next, records: twice }).catch(() => "refused");

    expect(outcome).not.toBe(true);
    expect(await store.trail(trail.request.id)).toEqual(trail.records);
    expect(await store.read(trail.request.id)).toEqual(trail.request);
    expect(await store.append(next)).toBe(true);
  });

  test("of ten who saw the same trail, one adds to it", async () => {
    const store = await open();
    const trail = trailOf("a", asked());
    await store.append(trail);
    const writers = Array.from({ length: 10 }, (_none, n) =>
      writeDown(trail.request, [n % 2 === 0 ? reviewed(ana) : reviewed(bo), decided()], later(n), SEALS),
    );

    const taken = await Promise.all(writers.map((next) => store.append(next)));

    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await store.trail(trail.request.id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test("appends to many requests at once are all taken, each with its own trail", async () => {
    const store = await open();
    const trails = Array.from({ length: 50 }, (_none, n) => trailOf(`${n}`, assessed(), asked()));

    const taken = await Promise.all(trails.map((trail) => store.append(trail)));

    expect(taken).toEqual(trails.map(() => true));
    for (const { request, records } of trails) {
      expect(await store.read(request.id)).toEqual(request);
      expect(await store.trail(request.id)).toEqual(records);
    }
  });

  test("of the same request opened at once by many, one is taken", async () => {
    const store = await open();

    const taken = await Promise.all(Array.from({ length: 20 }, () => store.append(trailOf("a"))));

    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.trail(trailOf("a").request.id)).toHaveLength(1);
  });

  test("the words of strangers come back as they were", async () => {
    const store = await open();
    const message = `'; DROP TABLE records; -- "\\ \u0000 \u202e 😀 ${"x".repeat(1_000)}`;
    const trail = aTrail({ connection: aConnection({ message }) });

    await store.append(trail);

    expect((await store.read(trail.request.id))?.requestMessage).toBe(message);
  });
}

/** What finds requests may find too much, since its callers look again; it leaves nothing out. */
function openRequests(open: OpenStore): void {
  const elsewhere = aConnection({
    id: aConnectionId("c", aClusterId("aks-test")),
    endpoint: anEndpoint("pe-c"),
  });

  /** Those of what was found that are what was looked for. */
  const meant = (found: readonly ApprovalRequest[], isMeant: (request: ApprovalRequest) => boolean) =>
    found
      .filter((request) => request.state !== "closed" && isMeant(request))
      .map(({ connectionId }) => connectionId)
      .sort();

  test("are found by cluster, by connection and by endpoint, as they are", async () => {
    const store = await open();
    const [a, b, c] = [trailOf("a"), trailOf("b", asked()), aTrail({ connection: elsewhere })];
    for (const trail of [a, b, trailOf("closed", anEntry.refused), c]) await store.append(trail);
    const inCluster = async (id: ClusterId) =>
      meant(await store.open({ cluster: id }), ({ clusterId }) => clusterId === id);
    const ofConnection = async (id: ConnectionId) =>
      meant(await store.open({ connection: id }), ({ connectionId }) => connectionId === id);

    const [idA, idB] = [aConnectionId("a"), aConnectionId("b")];
    expect(await inCluster(aClusterId())).toEqual([idA, idB]);
    expect(await inCluster(aClusterId("aks-test"))).toEqual([elsewhere.id]);
    expect(await inCluster(aClusterId("aks-none"))).toEqual([]);
    expect(await ofConnection(idA)).toEqual([idA]);
    expect(await ofConnection(aConnectionId("closed"))).toEqual([]);
    const endpoint = PrivateEndpointId.parse(anEndpoint());
    const ofEndpoint = await store.open({ endpoint });
    expect(meant(ofEndpoint, ({ privateEndpointId }) => privateEndpointId === endpoint)).toEqual([idA, idB]);
    expect(await store.open({ connection: idB })).toContainEqual(b.request);
  });

  test("name their clusters", async () => {
    const store = await open();
    for (const trail of [trailOf("a"), trailOf("b"), aTrail({ connection: elsewhere })])
      await store.append(trail);

    const clusters = await store.clustersWithOpenRequests();

    expect(clusters).toEqual(expect.arrayContaining([aClusterId(), aClusterId("aks-test")]));
    expect(new Set(clusters).size).toBe(clusters.length);
  });

  test("a request that is closed leaves, one that is reopened comes back", async () => {
    const store = await open();
    const trail = trailOf("a", anEntry.superseded);
    await store.append(trail);
    const found = async () => meant(await store.open({ connection: aConnectionId("a") }), () => true);
    expect(await found()).toEqual([]);

    await store.append(writeDown(trail.request, [anEntry.reopened], NINE, SEALS));

    expect(await found()).toEqual([aConnectionId("a")]);
    expect(await store.clustersWithOpenRequests()).toContain(aClusterId());
  });

  test("at rest that another policy assessed last are found", async () => {
    const store = await open();
    const byOne = assessed();
    const byOther = { ...byOne, policyHash: "f".repeat(64) } as Entry;
    const trails = {
      waitingByOne: trailOf("a", byOne, asked()),
      waitingByOther: trailOf("b", byOther, asked()),
      deferredByOther: trailOf("c", byOther, deferred()),
      deferredUnassessed: trailOf("d", deferred()),
    };
    for (const trail of Object.values(trails)) await store.append(trail);
    await store.append(trailOf("e", byOther, decided()));

    const found = await store.atRest(trails.waitingByOne.request.policyHash ?? "");

    const { waitingByOther, deferredByOther, deferredUnassessed } = trails;
    const expected = [waitingByOther, deferredByOther, deferredUnassessed].map(({ request }) => request.id);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(new Set(found).size).toBe(found.length);
  });

  test("at rest are found by the policy that assessed them last, not by an earlier one", async () => {
    const store = await open();
    const byOther = { ...assessed(), policyHash: "f".repeat(64) } as Entry;
    const trail = trailOf("a", assessed(), asked());
    await store.append(trail);

    await store.append(writeDown(trail.request, [resumed, byOther, asked()], NINE, SEALS));

    expect(await store.atRest(trail.request.policyHash ?? "")).toContain(trail.request.id);
  });
}

function lasting(openLasting: Adapter["openLasting"]): void {
  test("the next process finds everything, and goes on where this one stopped", async () => {
    const under = await openLasting();
    const trail = trailOf("a", assessed(), asked());
    await under.store.append(trail);

    const store = await under.reopened();

    expect(await store.read(trail.request.id)).toEqual(trail.request);
    expect(await store.trail(trail.request.id)).toEqual(trail.records);
    const next = writeDown(trail.request, [anEntry.expired], NINE, SEALS);
    expect(await store.append(trail)).toBe(false);
    expect(await store.append(next)).toBe(true);
  });

  test("the next process knows since when the policy in force stands, who read, and whom to tell", async () => {
    const under = await openLasting();
    const access = { at: NINE, person: asPerson(ana), operation: "listRecords", query: {}, count: 1 };
    await under.store.append(trailOf("a", asked()));
    await under.store.accesses.add(access);
    await under.store.standing.since("a", NINE);

    const store = await under.reopened();

    expect(await store.standing.since("a", later(1))).toBe(NINE);
    expect((await store.accesses.accesses({ limit: 9, cursor: null })).items).toEqual([access]);
    const line = { requestId: trailOf("a").request.id, channel: "log" };
    expect((await store.outbox.pending(line)).map(({ seq }) => seq)).toEqual([2]);
  });
}
