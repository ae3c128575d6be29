import { describe, expect, test } from "vitest";
import type { Trouble } from "../../infra/local/arm/troubles.ts";
import { clusterIdOf } from "./kit/arm.ts";
import { armIsAt, peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

/** ARM's words to an identity without a role. */
const FORBIDDEN = {
  kind: "status",
  status: 403,
  code: "AuthorizationFailed",
  message: "The client does not have authorization to perform action 'write'.",
} as const;

const stack = aStack();
const { consumer, arm, api, queue } = stack;

/** ARM's words when it is unwell. */
const down = { code: "InternalServerError", message: "Encountered internal server error." };
const once = { times: 1 };

/** How a trouble reads without the requests that it hits. */
type Manner = Trouble extends infer T
  ? T extends Trouble
    ? Omit<T, "method" | "pathPattern">
    : never
  : never;

const pathOf = (name: string) => `/privateEndpointConnections/${name}`;

/** The next requests about this connection go wrong. */
const trouble = (method: "GET" | "PUT", name: string, manner: Manner) =>
  arm.trouble({ method, pathPattern: pathOf(name), ...manner });

describe("a passing trouble of ARM is waited out", { timeout: TIMEOUT_MS }, () => {
  const busy = { code: "AnotherOperationInProgress", message: "Try again later." };

  test.concurrent.each<[string, "GET" | "PUT", Manner]>([
    ["an answer that takes longer than the app's patience", "PUT", { ...once, kind: "hang", ms: 21_000 }],
    ["throttled writes", "PUT", { times: 2, kind: "throttled", retryAfterSeconds: 1 }],
    ["throttled reads", "GET", { times: 2, kind: "throttled", retryAfterSeconds: 1 }],
    ["throttled writes that do not say for how long", "PUT", { ...once, kind: "throttled" }],
    ["a conflict", "PUT", { ...once, kind: "conflict", ...busy }],
    ["a failed write", "PUT", { ...once, kind: "status", status: 500, ...down }],
    ["a failed read", "GET", { ...once, kind: "status", status: 503, ...down }],
    ["a write that never arrived", "PUT", { ...once, kind: "resetBeforeCommit" }],
    ["a write whose reply was lost", "PUT", { ...once, kind: "resetAfterCommit" }],
    ["a read whose reply was lost", "GET", { ...once, kind: "resetBeforeCommit" }],
    ["a page of a gateway instead of a reply", "PUT", { ...once, kind: "page", status: 200 }],
    ["a reply without a body", "PUT", { ...once, kind: "empty" }],
    ["a write that is said to be still under way", "PUT", { ...once, kind: "accepted", ms: 0 }],
    ["a page of a gateway instead of the connection", "GET", { ...once, kind: "page", status: 200 }],
    ["a role that is spreading", "PUT", { times: 2, ...FORBIDDEN }],
    ["several in a row", "PUT", { times: 3, kind: "resetBeforeCommit" }],
  ])("%s", async (what, method, manner) => {
    const name = `pe-trusted-${what.replaceAll(/[^a-z]+/g, "-")}`.slice(0, 60);
    await trouble(method, name, manner);

    await consumer.requests(name);

    await settlesOnce(stack, name, BY_RULE);
    await arm.hasMet(pathOf(name));
  });

  test.concurrent("after people decided: nobody is asked twice", async () => {
    const name = "pe-decided";
    await peopleAreAsked(stack, name);
    await trouble("PUT", name, { times: 2, kind: "resetAfterCommit" });

    await api.reviews("ana", name, "approve");

    await settlesOnce(stack, name, [...ASKED, ...ANSWERED]);
  });

  test.concurrent("while an event is followed: Event Grid brings it again", async () => {
    await arm.createsCluster("aks-busy");
    const pathPattern = "/managedClusters/aks-busy/privateEndpointConnections";
    await arm.trouble({ kind: "status", method: "GET", pathPattern, status: 500, ...down, ...once });

    await consumer.requests("pe-trusted-of-busy", { cluster: "aks-busy" });

    await settlesOnce(stack, "pe-trusted-of-busy", BY_RULE);
    expect(await api.request("pe-trusted-of-busy")).toMatchObject({ source: "event" });
  });

  test.concurrent("while a message is followed: the queue brings it again", async () => {
    const connectionId = await arm.hides("pe-trusted-brought-again");
    await trouble("GET", "pe-trusted-brought-again", { times: 3, kind: "status", status: 500, ...down });

    await queue.send({ body: { connectionId } });

    await settlesOnce(stack, "pe-trusted-brought-again", BY_RULE);
    expect(await api.request("pe-trusted-brought-again")).toMatchObject({ source: "message" });
    expect(await queue.deadLettered()).toEqual([]);
  });
});

describe("the sweep comes to an end in spite of ARM's troubles", { timeout: TIMEOUT_MS }, () => {
  test.concurrent("throttled: it pauses as long as ARM asks, and goes on", async () => {
    await arm.createsCluster("aks-throttled");
    await arm.hides("pe-trusted-of-throttled", { cluster: "aks-throttled" });
    const pathPattern = "/managedClusters/aks-throttled/privateEndpointConnections";
    await arm.trouble({ kind: "throttled", method: "GET", pathPattern, times: 2, retryAfterSeconds: 1 });

    await stack.sweep();

    await settlesOnce(stack, "pe-trusted-of-throttled", BY_RULE);
  });
});

test("a message that meets a moment's outage is held back, not used up, and then followed", {
  timeout: TIMEOUT_MS,
}, async () => {
  await arm.createsCluster("aks-away");
  await arm.hides("pe-trusted-of-away", { cluster: "aks-away" });
  const pathPattern = "/managedClusters/aks-away/privateEndpointConnections";
  await arm.trouble({ kind: "status", method: "GET", pathPattern, times: 3, status: 500, ...down });

  await queue.send({ body: { clusterId: clusterIdOf("aks-away") }, messageId: "away" });

  await settlesOnce(stack, "pe-trusted-of-away", BY_RULE);
  expect(await queue.deadLettered()).toEqual([]);
});

describe("what only a person can mend is tried once and told", { timeout: TIMEOUT_MS }, () => {
  test.concurrent.each([
    [
      "a lock",
      {
        ...FORBIDDEN,
        status: 409,
        code: "ScopeLocked",
        message:
          "The scope cannot perform write operation because following scope(s) are locked: '/subscriptions/x/resourceGroups/rg'. Please remove the lock and try again.",
      },
      "Remove the lock on '/subscriptions/x/resourceGroups/rg'",
    ],
    [
      "an Azure Policy",
      { ...FORBIDDEN, code: "RequestDisallowedByPolicy", message: "Resource was disallowed by policy." },
      "An Azure Policy assignment denies this write",
    ],
  ])("%s", async (what, refusal, hint) => {
    const name = `pe-trusted-against-${what.toLowerCase().replaceAll(" ", "-")}`;
    await trouble("PUT", name, { times: 1, ...refusal });
    const before = Date.now();

    await consumer.requests(name);
    const failed = ["received", "assessed", "decided", "applying", "failed"];
    await trailBecomes(stack, name, failed);
    await stack.sweep();

    expect(await stack.trail(name)).toEqual(failed);
    const { closure } = await api.request(name);
    expect(closure?.outcome).toBe("failed");
    expect(closure?.failure).toMatchObject({ code: refusal.code, message: refusal.message });
    expect(closure?.failure?.hint).toContain(hint);
    expect(Date.parse(closure?.failure?.retryAt ?? "") - before).toBeGreaterThan(50 * 60_000);
    expect(await arm.writes(name)).toHaveLength(1);
    expect(await arm.connection(name)).toMatchObject({ status: "Pending" });
  });

  test.concurrent("a role that stays missing is tried a few times, and told; a person who granted it has it tried again", async () => {
    const name = "pe-trusted-without-a-role";
    await trouble("PUT", name, { times: 5, ...FORBIDDEN });

    await consumer.requests(name);
    await eventually(async () => expect(await api.request(name)).toMatchObject({ state: "closed" }));
    expect((await api.request(name)).closure?.failure?.hint).toContain("Give the app's identity a role with");
    const retried = await api.retries("ana", name);
    const again = await api.retries("ana", name);

    expect([retried.status, again.status]).toEqual([200, 409]);
    await eventually(async () =>
      expect(await api.request(name)).toMatchObject({ closure: { outcome: "approved" }, round: 2 }),
    );
  });

  test.concurrent("a role that is missing for the cluster's own record: nothing is judged, nothing is written", async () => {
    await arm.createsCluster("aks-unreadable");
    const pathPattern = "/managedClusters/aks-unreadable";
    await arm.trouble({ kind: "hang", method: "GET", pathPattern, ms: 0, times: 2 });
    // More than are tried: other tests sweep, and meet it too.
    await arm.trouble({ ...FORBIDDEN, method: "GET", pathPattern, times: 50 });

    await consumer.requests("pe-trusted-of-unreadable", { cluster: "aks-unreadable" });

    // A delay is told where a pause happened to be a long one.
    await eventually(async () => {
      const kinds = await stack.trail("pe-trusted-of-unreadable");
      expect(kinds.filter((kind) => kind !== "delayed")).toEqual(["received", "failed"]);
    });
    expect(await arm.writes("pe-trusted-of-unreadable")).toEqual([]);
  });
});

/** Time enough for a hand to change something while the app waits for ARM, which it does for 20 s. */
const LOOK_AWAY_MS = 12_000;

describe("somebody else answers while the app is about to", { timeout: TIMEOUT_MS }, () => {
  /** The app reads the connection a second time, and meanwhile somebody answers it by hand. */
  async function isAnsweredElsewhere(name: string, status: string): Promise<void> {
    await trouble("GET", name, { times: 1, kind: "hang", ms: 0 });
    const second = { method: "GET", pathPattern: pathOf(name), ms: LOOK_AWAY_MS } as const;
    await armIsAt(stack, second, () => consumer.requests(name));
    await arm.changes(name, { status, description: "by hand" });
  }

  test.concurrent("the same: that is found, and nothing is written", async () => {
    await isAnsweredElsewhere("pe-trusted-same", "Approved");

    await trailBecomes(stack, "pe-trusted-same", ["received", "assessed", "decided", "applied", "verified"]);
    expect(await api.request("pe-trusted-same")).toMatchObject({ closure: { outcome: "approved" } });
    expect(await arm.writes("pe-trusted-same")).toEqual([]);
  });

  test.concurrent("the opposite: superseded, and nothing is written", async () => {
    await isAnsweredElsewhere("pe-trusted-opposite", "Rejected");

    await trailBecomes(stack, "pe-trusted-opposite", ["received", "assessed", "decided", "superseded"]);
    expect(await arm.writes("pe-trusted-opposite")).toEqual([]);
    expect(await arm.connection("pe-trusted-opposite")).toMatchObject({ description: "by hand" });
  });

  test.concurrent("the opposite, in the last moment: ARM refuses, and it stays refused", async () => {
    const name = "pe-trusted-too-late";
    const write = { method: "PUT", pathPattern: pathOf(name), ms: LOOK_AWAY_MS } as const;

    await armIsAt(stack, write, () => consumer.requests(name));
    await arm.changes(name, { status: "Rejected", description: "by hand" });

    await eventually(async () => expect(await api.request(name)).toMatchObject({ state: "closed" }));
    expect((await arm.writes(name)).map(({ status }) => status)).toEqual([400]);
    expect(await arm.connection(name)).toMatchObject({ status: "Rejected" });
  });
});
