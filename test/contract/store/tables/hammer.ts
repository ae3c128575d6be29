import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { accountOf } from "../../../../shared/request/account.ts";
import type { TableStore } from "../../../../shared/store/tables/open.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { aClusterId } from "../../../fixtures/builders.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { allOf } from "../store-under-test.ts";
import { afterAWhile } from "./after-a-while.ts";
import { type Blow, REQUESTS, tokenOf, trailNumber } from "./blows.ts";
import { aPrefix, type tableStores } from "./stores.ts";

/** How many processes strike at the same time, and how often each place is taken by another one. */
export interface Hammers {
  readonly processes: number;
  readonly lives: number;
}

/** So many of its records are taken before a process is killed, and a moment more passes, so that it is at any step. */
const [FEWEST_BLOWS, MORE_BLOWS, MOMENT_MS] = [4, 8, 60];

/** Processes that write to the same requests; each lives until it is killed, and then another takes its place. */
async function hammered(
  azurite: Azurite,
  prefix: string,
  { processes, lives }: Hammers,
): Promise<readonly Blow[]> {
  const blows: Blow[] = [];
  const live = async (name: string) => {
    const script = new URL("./hammer-worker.ts", import.meta.url);
    const child = fork(script, [azurite.connectionString, prefix, name]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const ended = once(child, "exit");
    await strikes(child, FEWEST_BLOWS + Math.random() * MORE_BLOWS, blows);
    await setTimeout(Math.random() * MOMENT_MS);
    child.kill("SIGKILL");
    await ended;
  };
  const liveAgainAndAgain = async (place: number) => {
    for (let life = 0; life < lives; life++) await live(`${place}-${life}`);
  };
  await Promise.all(Array.from({ length: processes }, (_none, place) => liveAgainAndAgain(place)));
  return blows;
}

/** Comes when a process has struck so often. */
const strikes = (child: ChildProcess, many: number, blows: Blow[]): Promise<void> =>
  new Promise((resolve, reject) => {
    let count = 0;
    child.on("message", ({ blow }: { blow: Blow }) => {
      blows.push(blow);
      if (++count >= many) resolve();
    });
    child.on("exit", (code) => reject(new Error(`A process ended by itself (exit code ${code}).`)));
  });

/** Several processes of the store layer, and what happens when they are killed. Azurite is not: it loses what it said. */
export function hammering(
  azurite: () => Azurite,
  { openNamed }: ReturnType<typeof tableStores>,
  hammers: Hammers,
): void {
  const { processes, lives } = hammers;
  test(`${processes} processes hammer the same 50 requests and are killed at random: nothing is lost, missing or twice`, async () => {
    const prefix = aPrefix();
    const store = await openNamed(prefix);

    const blows = await hammered(azurite(), prefix, hammers);

    const trails = await Promise.all(
      Array.from({ length: REQUESTS }, (_none, number) => store.trail(trailNumber(number).request.id)),
    );
    expect(blows.length).toBeGreaterThanOrEqual(processes * lives * FEWEST_BLOWS);
    for (const { number, seq, token } of blows) {
      const record = trails[number]?.[seq - 1];
      expect(record && tokenOf(record)).toBe(token);
    }
    for (const trail of trails.filter(({ length }) => length > 0)) {
      const [first] = trail;
      expect(trail.map(({ seq }) => seq)).toEqual(trail.map((_record, index) => index + 1));
      expect(new Set(trail.map(tokenOf)).size).toBe(trail.length);
      const account = first && (await accountOf({ store, seals: SEALS }, first.requestId));
      expect(account?.kind).toBe("sound");
    }
    await viewsAreRight(store, trails.flat().length);
  }, 120_000);
}

/** After the timers were there, what finds requests and records finds all of them, as they are. */
async function viewsAreRight(store: TableStore, records: number): Promise<void> {
  await afterAWhile(() => store.clustersWithOpenRequests());
  const { search } = store;
  const found = await allOf((cursor) => search.records({ terms: [], limit: 200, cursor }));
  expect(found).toHaveLength(records);
  const requests = await allOf((cursor) => search.requests({ terms: [], by: "newest", limit: 200, cursor }));
  const now = await Promise.all(requests.map(({ id }) => store.read(id)));
  expect(requests.map(({ seq, state }) => [seq, state])).toEqual(now.map((one) => [one?.seq, one?.state]));
  const open = now.flatMap((one) => (one === null || one.state === "closed" ? [] : [one.id]));
  expect((await store.open({ cluster: aClusterId() })).map(({ id }) => id).sort()).toEqual(open.sort());
}
