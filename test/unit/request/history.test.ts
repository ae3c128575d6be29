import { describe, expect, onTestFinished, test } from "vitest";
import { provedHistory } from "../../../shared/request/history.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { keyedSeals } from "../../../shared/request/seal.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  aTrail,
  CONSUMER,
  PROVIDER,
} from "../../fixtures/builders.ts";
import { applied, applying, decided, failed, reopened, verified } from "../../fixtures/entries.ts";
import { aStoreFile, Intruder } from "../../fixtures/intruder.ts";
import { aKey, SEALS } from "../../fixtures/seals.ts";

const APPROVAL = [decided(), applying(), applied(), verified()];
const named = (name: string, ...entries: readonly Entry[]) =>
  aTrail({ connection: aConnection({ id: aConnectionId(name) }) }, ...entries);

async function withHistory(...trails: readonly ReturnType<typeof aTrail>[]) {
  const file = aStoreFile();
  const store = openSqliteStore(file);
  onTestFinished(() => store.close());
  for (const trail of trails) await store.append(trail);
  return { history: provedHistory({ store, seals: SEALS }), store, intruder: new Intruder(file) };
}

describe("what was approved before", () => {
  test("is counted by requests, however often each was approved", async () => {
    const { history } = await withHistory(
      named("a", ...APPROVAL, reopened(), ...APPROVAL),
      named("b", ...APPROVAL, reopened()),
      named("c", failed()),
    );

    expect(await history.approvedBefore(CONSUMER.toUpperCase())).toBe(2);
    expect(await history.approvedBefore(PROVIDER)).toBe(0);
  });

  test.each<[string, number, (intruder: Intruder, id: string) => void]>([
    ["made up", 3, (intruder, id) => intruder.addRecord(id, 3, { ...verified(), kind: "verified" })],
    [
      "sealed with another key",
      3,
      (intruder, id) => intruder.addRecord(id, 3, verified(), keyedSeals([{ ...aKey("mine"), id: "test" }])),
    ],
    ["listed among the approvals, and is none", 2, () => undefined],
  ])("does not count what is %s", async (_how, seq, forge) => {
    const trail = named("a", failed());
    const { history, store, intruder } = await withHistory(trail);
    forge(intruder, trail.request.id);
    intruder.listAsApproval(trail.request.id, seq, CONSUMER);

    expect(await store.approvals(CONSUMER)).toHaveLength(1);
    expect(await history.approvedBefore(CONSUMER)).toBe(0);
  });

  test("does not count for a subscription what was approved for another", async () => {
    const trail = named("a", ...APPROVAL);
    const { history, store, intruder } = await withHistory(trail);
    intruder.listAsApproval(trail.request.id, trail.request.seq, PROVIDER);

    expect(await store.approvals(PROVIDER)).toHaveLength(1);
    expect(await history.approvedBefore(PROVIDER)).toBe(0);
  });
});

describe("what is about to be approved", () => {
  test("is what the records say", async () => {
    const trails = [named("a", decided()), named("b")];
    const { history, store } = await withHistory(...trails);

    const open = await history.open({ cluster: aClusterId() });

    expect(open).toEqual(await store.open({ cluster: aClusterId() }));
  });

  test("is nothing that somebody wrote into a request", async () => {
    const { request } = named("a");
    const { history, intruder } = await withHistory(named("a"));
    const { decision } = named("a", decided()).request;
    intruder.forgeRequest(request.id, { state: "applying", decision });

    expect(await history.open({ cluster: aClusterId() })).toEqual([]);
  });
});
