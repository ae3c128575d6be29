import { describe, expect, test } from "vitest";
import { answerIsTaken, armIsAt, messageIsFollowed, peopleAreAsked } from "./kit/moments.ts";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

/** Longer than the app needs to be killed, shorter than it needs to be back: ARM goes on without it. */
const HANG_MS = 1_500;

const stack = aStack();
const { consumer, arm, api, queue } = stack;

/** Kills the app as soon as one of the processes says this. */
async function killsAt(words: string, happening: Promise<unknown>): Promise<void> {
  const said = stack.says(words);
  await happening;
  await said;
  await stack.kill("app");
}

describe("the app is killed with -9, and one answer is written all the same", { timeout: TIMEOUT_MS }, () => {
  // What the app asks ARM on the way of one event, in order. Each request is on a cluster of its own.
  test.each<[string, "GET" | "PUT", string, number]>([
    ["it reads the private endpoint", "GET", "/privateEndpoints/", 0],
    ["it lists the cluster's connections", "GET", "/managedClusters/", 0],
    ["it reads the connection to judge it", "GET", "/managedClusters/", 1],
    ["it reads the cluster", "GET", "/managedClusters/", 2],
    ["it reads the connection again before the answer", "GET", "/managedClusters/", 3],
    ["it writes the answer", "PUT", "/privateEndpointConnections/", 0],
    ["it verifies the answer", "GET", "/managedClusters/", 4],
  ])("while %s", async (what, method, part, callsBefore) => {
    const [name, cluster] = [`pe-trusted-${letters(what)}`, `aks-${letters(what)}`];
    await arm.createsCluster(cluster);
    const pathPattern = part === "/managedClusters/" ? part + cluster : part + name;
    if (callsBefore > 0) await arm.trouble({ kind: "hang", method, pathPattern, ms: 0, times: callsBefore });

    await armIsAt(stack, { method, pathPattern, ms: HANG_MS }, () => consumer.requests(name, { cluster }));
    await stack.kill("app");

    await settlesOnce(stack, name, BY_RULE);
  });

  test.each(["received", "assessed", "decided", "applying", "applied", "verified"])(
    "when the record %s is written",
    async (kind) => {
      const name = `pe-trusted-at-${kind}`;

      await killsAt(` ${kind}: `, consumer.requests(name));

      await settlesOnce(stack, name, BY_RULE);
    },
  );

  test("when ARM has taken the answer, and the reply is lost", async () => {
    const name = "pe-trusted-lost-reply";

    await answerIsTaken(stack, name);
    await stack.kill("app");

    await settlesOnce(stack, name, BY_RULE);
  });

  test("between the sending of a message and its receipt", async () => {
    const connectionId = await arm.hides("pe-trusted-in-between");

    await Promise.all([stack.kill("app"), queue.send({ body: { connectionId } })]);

    await settlesOnce(stack, "pe-trusted-in-between", BY_RULE);
  });

  test("in the middle of a sweep", async () => {
    await arm.createsCluster("aks-swept");
    await arm.hides("pe-trusted-swept", { cluster: "aks-swept" });
    const list = { method: "GET", pathPattern: "/managedClusters/aks-swept", ms: HANG_MS } as const;

    await armIsAt(stack, list, () => stack.beginSweep());
    await stack.kill("app");
    await stack.sweep();

    await settlesOnce(stack, "pe-trusted-swept", BY_RULE);
  });

  test("while it follows a message", async () => {
    await messageIsFollowed(stack, "pe-trusted-followed", HANG_MS);
    await stack.kill("app");

    await settlesOnce(stack, "pe-trusted-followed", BY_RULE);
  });
});

describe("the app is killed with -9 while people are asked", { timeout: TIMEOUT_MS }, () => {
  test("when they are about to be asked", async () => {
    await killsAt(" asked: ", consumer.requests("pe-at-asked"));

    await trailBecomes(stack, "pe-at-asked", ASKED);
    await api.reviews("ana", "pe-at-asked", "approve");
    await settlesOnce(stack, "pe-at-asked", [...ASKED, ...ANSWERED]);
  });

  test("the request still waits, its deadline stands, and it can be answered", async () => {
    await peopleAreAsked(stack, "pe-patient");
    const before = await api.request("pe-patient");

    await stack.kill("app");

    expect(await api.request("pe-patient")).toEqual(before);
    expect(await api.reviews("ana", "pe-patient", "approve")).toMatchObject({ status: 200 });
    await settlesOnce(stack, "pe-patient", [...ASKED, ...ANSWERED]);
  });

  test("right after a review was answered: it counts", async () => {
    await peopleAreAsked(stack, "pe-answered");

    expect(await api.reviews("ana", "pe-answered", "approve")).toMatchObject({ status: 200 });
    await stack.kill("app");

    await settlesOnce(stack, "pe-answered", [...ASKED, ...ANSWERED]);
  });

  test("as soon as a review is on record: it counts, at the latest by the next sweep", async () => {
    await peopleAreAsked(stack, "pe-unanswered");

    const unheard = api.reviews("ana", "pe-unanswered", "approve").catch((error: unknown) => error);
    await killsAt(" reviewed: ", unheard);
    await stack.sweep();

    await settlesOnce(stack, "pe-unanswered", [...ASKED, ...ANSWERED]);
  });
});

/** The words as a name that ARM takes. */
const letters = (words: string): string =>
  words
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, "-")
    .slice(0, 40);
