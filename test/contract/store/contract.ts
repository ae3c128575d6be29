import { describe, expect, test } from "vitest";
import { PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { writeDown } from "../../../shared/request/life.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
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
import { ana, anEntry, asked, assessed, bo, decided, reviewed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { outbox } from "./outbox.ts";
import { queries } from "./queries.ts";
import { type OpenStore, type StoreUnderTest, trailOf } from "./store-under-test.ts";

/** A store, and what the next process sees of it. */
interface LastingStore {
  readonly store: StoreUnderTest;
  reopened(): Promise<StoreUnderTest>;
}

/** How the contract comes by an adapter. */
interface Adapter {
  readonly open: OpenStore;
  /** An empty store that outlives its process. */
  openLasting(): Promise<LastingStore>;
}

/** What every request store must do; each adapter runs it. */
export function requestStoreContract(name: string, { open, openLasting }: Adapter): void {
  describe(`request store: ${name}`, () => {
    describe("appending", () => appending(open));
    describe("open requests", () => openRequests(open));
    queries(open);
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
    expect(records.map(({ body }) => JSON.parse(body))).toEqual(trail.records);
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const nowhere = await store.whole(requestIdOf(aConnectionId("nowhere"), null));
    expect(nowhere).toEqual({ request: null, records: [] });
  });

  test("a request cannot begin in its middle", async () => {
    const store = await open();
    const { records, ...rest } = trailOf("a", assessed());

    expect(await store.append({ ...rest, records: records.slice(1) })).toBe(false);
    expect(await store.read(rest.request.id)).toBeNull();
  });

  test("nothing is appended as willingly as something", async () => {
    const store = await open();
    const { request } = trailOf("a");

    expect(await store.append({ records: [], request, notices: [] })).toBe(true);
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
    const { items } = await store.requests({ limit: 50, cursor: null });
    expect(items.map(({ id, seq }) => [id, seq])).toEqual(
      trails.map(({ request }) => [request.id, 3]).reverse(),
    );
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

function openRequests(open: OpenStore): void {
  test("are found by cluster, by connection and by endpoint; closed ones are not among them", async () => {
    const store = await open();
    const elsewhere = aConnection({
      id: aConnectionId("c", aClusterId("aks-test")),
      endpoint: anEndpoint("pe-c"),
    });
    const [a, b] = [trailOf("a"), trailOf("b", asked())];
    for (const trail of [a, b, trailOf("closed", anEntry.refused), aTrail({ connection: elsewhere })]) {
      await store.append(trail);
    }

    const names = (found: readonly ApprovalRequest[]) => found.map(({ connectionId }) => connectionId).sort();
    const [idA, idB] = [aConnectionId("a"), aConnectionId("b")];
    expect(names(await store.open({ cluster: aClusterId() }))).toEqual([idA, idB]);
    expect(names(await store.open({ cluster: aClusterId("aks-test") }))).toEqual([elsewhere.id]);
    expect(names(await store.open({ connection: idA }))).toEqual([idA]);
    expect(names(await store.open({ connection: aConnectionId("closed") }))).toEqual([]);
    expect(names(await store.open({ endpoint: PrivateEndpointId.parse(anEndpoint()) }))).toEqual([idA, idB]);
    expect([...(await store.clustersWithOpenRequests())].sort()).toEqual([
      aClusterId(),
      aClusterId("aks-test"),
    ]);
  });

  test("a request that is closed leaves, one that is reopened comes back", async () => {
    const store = await open();
    const trail = trailOf("a", anEntry.superseded);
    await store.append(trail);
    expect(await store.clustersWithOpenRequests()).toEqual([]);

    await store.append(writeDown(trail.request, [anEntry.reopened], NINE, SEALS));

    expect(await store.open({ connection: aConnectionId("a") })).toHaveLength(1);
    expect(await store.clustersWithOpenRequests()).toEqual([aClusterId()]);
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
}
