import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";
import { retryAfterMs } from "../../../shared/azure/arm-fault.ts";
import { ClusterScope } from "../../../shared/connection/arm-id.ts";
import type { PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import { Fault, type FaultCode } from "../../../shared/connection/fault.ts";
import { aClusterId, aConnection, aConnectionId, PROVIDER } from "../../fixtures/builders.ts";
import { spelledCluster } from "./kit/arm-under-test.ts";
import { adaptersAt, type StandIn, standIn } from "./kit/stand-in.ts";
import { type Answer, aWire } from "./kit/wire.ts";

/** For calls that get no answer, however long they wait. */
const SHORT_LIMIT = { timeLimitMs: 250 };
/** For calls that get a first answer, however busy the machine is. */
const LIMIT = { timeLimitMs: 5_000 };

/** What the promise is rejected with. */
async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw new Error(`No Fault: ${String(thrown)}`);
}

/** A Pending connection in the stand-in, and the one trouble that is in store for the next request. */
async function aPending(arm: StandIn, method: "GET" | "PUT", trouble: object) {
  const id = await arm.connect(await arm.createCluster());
  const connection = await arm.connections.read(id);
  if (connection === null) throw new Error("It is there.");
  await arm.arm.control("DELETE", "requests");
  const target = { method, pathPattern: "privateEndpointConnections", times: 1 };
  const { status } = await arm.arm.control("POST", "troubles", { ...target, ...trouble });
  expect(status).toBe(204);
  return connection;
}

type Verb = "read" | "list" | "answer";

const call = (
  { connections }: Pick<StandIn, "connections">,
  verb: Verb,
  connection: PrivateEndpointConnection,
) => {
  switch (verb) {
    case "read":
      return connections.read(connection.id);
    case "list":
      return connections.list(connection.clusterId);
    case "answer":
      return connections.answer(connection, "Approved", "yes");
  }
};

const status = (status: number, code = "SomeCode") => ({ kind: "status", status, code, message: "No." });

describe("what ARM refuses", () => {
  const REFUSALS: readonly [string, object, FaultCode, string, boolean][] = [
    ["429", { kind: "throttled" }, "THROTTLED", "Throttled", true],
    [
      "409",
      { kind: "conflict", code: "OperationNotAllowed", message: "No." },
      "BUSY",
      "OperationNotAllowed",
      true,
    ],
    ["408", status(408), "BUSY", "SomeCode", true],
    ["412", status(412), "BUSY", "SomeCode", true],
    ["500", status(500), "UNREACHABLE", "SomeCode", true],
    ["502", status(502), "UNREACHABLE", "SomeCode", true],
    ["503", status(503), "UNREACHABLE", "SomeCode", true],
    ["504", status(504), "UNREACHABLE", "SomeCode", true],
    ["400", status(400), "REFUSED", "SomeCode", false],
    [
      "400 that is the server's own error",
      status(400, "InternalServerError"),
      "UNREACHABLE",
      "InternalServerError",
      true,
    ],
    ["400 of a stopped cluster", status(400, "OperationNotAllowed"), "REFUSED", "OperationNotAllowed", false],
    ["409 of a lock", status(409, "ScopeLocked"), "BLOCKED", "ScopeLocked", false],
    [
      "409 of a missing registration",
      status(409, "MissingSubscriptionRegistration"),
      "BLOCKED",
      "MissingSubscriptionRegistration",
      false,
    ],
    [
      "409 of a disabled subscription",
      status(409, "ReadOnlyDisabledSubscription"),
      "BLOCKED",
      "ReadOnlyDisabledSubscription",
      false,
    ],
    ["a code that is an object's own member", status(400, "constructor"), "REFUSED", "constructor", false],
    ["403", status(403, "AuthorizationFailed"), "FORBIDDEN", "AuthorizationFailed", false],
    [
      "403 by an Azure Policy",
      status(403, "RequestDisallowedByPolicy"),
      "DENIED_BY_POLICY",
      "RequestDisallowedByPolicy",
      false,
    ],
  ];
  const verbs = ["read", "list", "answer"] as const;
  const cases = REFUSALS.flatMap((refusal) => verbs.map((verb) => [refusal[0], verb, refusal] as const));

  test.each(cases)(
    "%s at %s is told after one attempt",
    async (_status, verb, [, trouble, code, armCode, passes]) => {
      const arm = await standIn();
      const connection = await aPending(arm, verb === "answer" ? "PUT" : "GET", trouble);

      const fault = await faultOf(call(arm, verb, connection));

      expect(fault).toMatchObject({ code, armCode, isTransient: passes, correlationId: expect.any(String) });
      expect(await arm.requests()).toMatchObject([{ effective: false, correlationId: fault.correlationId }]);
      expect(await arm.connections.read(connection.id)).toEqual(connection);
    },
  );

  test("ARM's own words are the fault's message", async () => {
    const arm = await standIn();
    const connection = await aPending(arm, "PUT", { ...status(400), message: "Not on Sundays." });

    expect((await faultOf(call(arm, "answer", connection))).message).toBe("Not on Sundays.");
  });

  test.each([
    [
      "the first",
      [
        { code: "Inner", message: "Because of this." },
        { code: "Other", message: "And that." },
      ],
      "No. (Inner: Because of this.)",
    ],
    [
      "the first that says anything",
      [{ target: "x" }, { message: "Because of that." }],
      "No. (Because of that.)",
    ],
    ["none that only repeats it", [{ code: "SomeCode", message: "No." }], "No."],
  ])("of ARM's details, %s is kept in the message", async (_case, details, expected) => {
    const arm = await aWire({ status: 400, body: { error: { code: "SomeCode", message: "No.", details } } });
    const { connections, clusters } = adaptersAt(arm.url);

    expect((await faultOf(connections.answer(aConnection(), "Approved", "yes"))).message).toBe(expected);
    expect((await faultOf(connections.list(aClusterId()))).message).toBe(expected);
    expect((await faultOf(clusters.read(aClusterId()))).message).toBe(expected);
  });

  test("a detail is told also where ARM's own sentence is as long as a message may be", async () => {
    const details = [{ code: "Inner", message: "Because of this." }];
    const message = "It failed. ".repeat(60);
    const arm = await aWire({ status: 400, body: { error: { code: "SomeCode", message, details } } });

    const fault = await faultOf(adaptersAt(arm.url).connections.list(aClusterId()));

    expect(fault.message).toMatch(/^It failed\. .*… \(Inner: Because of this\.\)$/);
  });

  test("a token that ARM does not believe is FORBIDDEN, once it did not believe a new one either", async () => {
    const arm = await standIn();
    const token = { token: await arm.arm.issuer.forgedToken(), expiresOnTimestamp: Date.now() + 3_600_000 };
    const { connections } = adaptersAt(arm.arm.url, { credential: { getToken: async () => token } });

    const fault = await faultOf(connections.read(aConnectionId()));

    expect(fault).toMatchObject({ code: "FORBIDDEN", armCode: "AuthenticationFailed" });
    expect(await arm.requests()).toHaveLength(2);
  });

  test.each([
    ["wrapped as ARM does", { error: { code: "AuthorizationFailed", message: "No role." } }],
    ["bare as AKS does", { code: "AuthorizationFailed", message: "No role.", subcode: "" }],
  ])("an error that is %s is read by every verb", async (_case, body) => {
    const arm = await aWire({ status: 403, body });
    const { connections, clusters } = adaptersAt(arm.url);
    const endpoint = aConnection().privateEndpointId;
    if (endpoint === null) throw new Error("It has one.");

    const faults = [
      await faultOf(connections.read(aConnectionId())),
      await faultOf(connections.answer(aConnection(), "Approved", "yes")),
      await faultOf(clusters.read(aClusterId())),
      await faultOf(clusters.listIn(ClusterScope.parse(`/subscriptions/${PROVIDER}`))),
      await faultOf(clusters.targetsOf(endpoint)),
    ];

    expect(faults.map(({ code, armCode }) => [code, armCode])).toEqual(
      Array(5).fill(["FORBIDDEN", "AuthorizationFailed"]),
    );
    expect(faults[4]?.message).toBe("No role.");
    expect(arm.asked).toHaveLength(5);
  });
});

describe("Retry-After", () => {
  test.each([
    [0, 0],
    [7, 7_000],
    [86_400, 3_600_000],
  ])("of %i s is kept as %i ms", async (retryAfterSeconds, expected) => {
    const arm = await standIn();
    const connection = await aPending(arm, "PUT", { kind: "throttled", retryAfterSeconds });

    expect(await faultOf(call(arm, "answer", connection))).toMatchObject({ retryAfterMs: expected });
    expect(await arm.requests()).toHaveLength(1);
  });

  test("that is absent is absent", async () => {
    const arm = await standIn();
    const connection = await aPending(arm, "PUT", { kind: "throttled" });

    expect((await faultOf(call(arm, "answer", connection))).retryAfterMs).toBeUndefined();
  });

  test("as an HTTP date counts from now, whatever the status", async () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const arm = await aWire({ status: 503, headers: { "retry-after": inAMinute } });

    const fault = await faultOf(adaptersAt(arm.url).connections.read(aConnectionId()));

    expect(fault.code).toBe("UNREACHABLE");
    // The date has whole seconds, and the machine may be slow.
    expect(fault.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(fault.retryAfterMs).toBeGreaterThan(30_000);
    expect(arm.asked).toHaveLength(1);
  });

  test.each<[string, string | undefined, number | undefined]>([
    ["seconds with blanks around", " 30 ", 30_000],
    ["more seconds than a number holds", "9".repeat(400), 3_600_000],
    ["a date in the past", "Mon, 02 Mar 2026 09:00:00 GMT", 0],
    ["a date in a hundred years", "Mon, 02 Mar 2126 09:00:00 GMT", 3_600_000],
    ["a date that does not exist", "Mon, 02 Foo 2026 09:00:00 GMT", undefined],
    ["words", "soon", undefined],
    ["words and a number", "soon 7", undefined],
    ["a negative number", "-5", undefined],
    ["a fraction", "1.5", undefined],
    ["a unit", "5s", undefined],
    ["nothing", "", undefined],
    ["no header", undefined, undefined],
  ])("as %s", (_case, header, expected) => {
    expect(retryAfterMs(header)).toBe(expected);
  });
});

describe("an answer that does not come", () => {
  test.each([
    ["before", "resetBeforeCommit", "Pending"],
    ["after", "resetAfterCommit", "Approved"],
  ])(
    "a connection cut %s the commit is UNREACHABLE, and nothing is sent twice",
    async (_when, kind, then) => {
      const arm = await standIn();
      const connection = await aPending(arm, "PUT", { kind });

      const fault = await faultOf(call(arm, "answer", connection));

      expect(fault).toMatchObject({ code: "UNREACHABLE", armCode: undefined });
      expect(await arm.requests()).toMatchObject([{ trouble: kind, effective: then === "Approved" }]);
      expect(await arm.connections.read(connection.id)).toMatchObject({ status: then });
    },
  );

  test.each(["read", "list", "answer"] as const)("%s gives up when its time is over", async (verb) => {
    const arm = await standIn();
    const connection = await aPending(arm, verb === "answer" ? "PUT" : "GET", { kind: "hang", ms: 60_000 });
    const hasty = adaptersAt(arm.arm.url, { credential: arm.credential, ...SHORT_LIMIT });

    const fault = await faultOf(call(hasty, verb, connection));

    expect(fault).toMatchObject({ code: "UNREACHABLE", isTransient: true });
  });

  test("a list gives up on its second page as on its first", async () => {
    const second = await aWire("nothing");
    const first = await aWire({ body: { value: [], nextLink: `${second.url}/page-2` } });
    const { clusters } = adaptersAt(first.url, LIMIT);

    const fault = await faultOf(clusters.listIn(ClusterScope.parse(`/subscriptions/${PROVIDER}`)));

    expect(fault.code).toBe("UNREACHABLE");
    expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
  });

  test("a token that never comes is given up too, and the write is not sent when it comes after all", async () => {
    const arm = await standIn();
    const id = await arm.connect(await arm.createCluster());
    const { promise: token, resolve: give } = Promise.withResolvers<string>();
    const credential = {
      getToken: async () => ({ token: await token, expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
    const { connections } = adaptersAt(arm.arm.url, { credential, ...SHORT_LIMIT });

    const fault = await faultOf(connections.answer(aConnection({ id }), "Approved", "yes"));
    give(await arm.arm.issuer.token());

    expect(fault.code).toBe("UNREACHABLE");
    expect(await arm.connections.read(id)).toMatchObject({ status: "Pending" });
    expect((await arm.requests()).map(({ method }) => method)).toEqual(["GET"]);
  });

  test("nobody listens", async () => {
    const fault = await faultOf(adaptersAt("https://127.0.0.1:1").connections.read(aConnectionId()));

    expect(fault).toMatchObject({ code: "UNREACHABLE", message: expect.stringContaining("ECONNREFUSED") });
  });

  test("somebody hangs up on every handshake", async () => {
    const server = createServer((socket) => socket.destroy());
    const port = await listenOnLoopback(server, 0);
    onTestFinished(() => void server.close());

    const fault = await faultOf(adaptersAt(`https://127.0.0.1:${port}`).connections.read(aConnectionId()));

    expect(fault.code).toBe("UNREACHABLE");
  });

  test("a server whose certificate nobody vouches for is not talked to", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stranger-tls-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const arm = await standIn({ tls: await loadOrCreateTls(folder) });

    const fault = await faultOf(arm.connections.answer(aConnection(), "Approved", "yes"));

    expect(fault).toMatchObject({ code: "UNREACHABLE", message: expect.stringContaining("certificate") });
  });
});

describe("an answer that is not ARM's", () => {
  const HTML = { headers: { "content-type": "text/html" }, body: "<h1>Sign in to the Wi-Fi</h1>" };
  const BROKEN = { headers: { "content-type": "application/json" }, body: '{"value": [' };

  test.each<[string, Answer, FaultCode, boolean]>([
    ["a page of 200", HTML, "UNREADABLE", true],
    ["half a JSON of 200", BROKEN, "UNREADABLE", true],
    ["a page of 403", { ...HTML, status: 403 }, "FORBIDDEN", false],
    ["a page of 502", { ...HTML, status: 502 }, "UNREACHABLE", true],
    ["half a JSON of 502", { ...BROKEN, status: 502 }, "UNREACHABLE", true],
    ["nothing at all of 503", { status: 503, body: "" }, "UNREACHABLE", true],
    ["an error of null of 500", { status: 500, body: { error: null } }, "UNREACHABLE", true],
    ["an error that is a text of 429", { status: 429, body: { error: "slow down" } }, "THROTTLED", true],
    ["a status that is not documented", { status: 204, body: "" }, "UNREADABLE", true],
  ])("%s", async (_case, answer, code, passes) => {
    const arm = await aWire(answer);
    const { connections, clusters } = adaptersAt(arm.url);

    const faults = [
      await faultOf(connections.read(aConnectionId())),
      await faultOf(connections.list(aClusterId())),
      await faultOf(clusters.listIn(ClusterScope.parse(`/subscriptions/${PROVIDER}`))),
      await faultOf(clusters.listIn(ClusterScope.parse(spelledCluster()))),
    ];

    expect(faults.map((fault) => [fault.code, fault.isTransient])).toEqual(Array(4).fill([code, passes]));
    expect(arm.asked).toHaveLength(4);
  });

  test.each([
    ["ResourceNotFound", null],
    ["ParentResourceNotFound", null],
    ["ResourceGroupNotFound", null],
    ["SubscriptionNotFound", null],
    ["NotFound", null],
    ["InvalidResourceType", "REFUSED"],
    ["NoRegisteredProviderFound", "REFUSED"],
  ])("a 404 %s means %s: only a resource can be gone", async (code, expected) => {
    const arm = await aWire({ status: 404, body: { error: { code, message: "No." } } });

    const read = adaptersAt(arm.url).connections.read(aConnectionId());

    if (expected === null) expect(await read).toBeNull();
    else await expect(read).rejects.toMatchObject({ code: expected, armCode: code });
  });

  test("a 404 that names no error of ARM's says nothing about the connection", async () => {
    const arm = await aWire({ ...HTML, status: 404 });

    expect(await faultOf(adaptersAt(arm.url).connections.read(aConnectionId()))).toMatchObject({
      code: "UNREADABLE",
      armCode: "HTTP 404",
    });
  });

  test.each([400, 404, 405, 413, 421])(
    "a gateway's page of %s is no answer of ARM's: it passes",
    async (status) => {
      const arm = await aWire({ ...HTML, status });

      expect(await faultOf(adaptersAt(arm.url).connections.read(aConnectionId()))).toMatchObject({
        code: "UNREADABLE",
        isTransient: true,
      });
    },
  );
});

describe("a token that ARM does not take any more", () => {
  const EXPIRED = {
    status: 401,
    body: { error: { code: "ExpiredAuthenticationToken", message: "Expired." } },
  };
  const ROLE = {
    status: 403,
    body: { error: { code: "AuthorizationFailed", message: "If access was recently granted, ..." } },
  };
  const SHOWN = {
    body: {
      name: "pe-payments.1",
      properties: { privateLinkServiceConnectionState: { status: "Approved", description: "" } },
    },
  };

  /** A credential whose every token is another one, and how often it was asked, and told to renew. */
  function aCredential() {
    const told = { asked: 0, renewed: 0 };
    const credential = {
      getToken: async () => ({ token: `t-${++told.asked}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
      renew: () => void told.renewed++,
    };
    return { told, credential };
  }

  test.each(["read", "answer"] as const)("is replaced, and the %s is made again at once", async (verb) => {
    const arm = await aWire(EXPIRED, SHOWN);
    const { told, credential } = aCredential();
    const { connections } = adaptersAt(arm.url, { credential });

    await call({ connections }, verb, aConnection());

    expect(told).toEqual({ asked: 2, renewed: 1 });
    expect(arm.asked).toHaveLength(2);
  });

  test("is replaced once for all who met it at the same time", async () => {
    const arm = await standIn();
    const id = await arm.connect(await arm.createCluster());
    let asked = 0;
    const { connections } = adaptersAt(arm.arm.url, {
      credential: {
        getToken: async () => ({
          token: await (asked++ === 0 ? arm.arm.issuer.forgedToken() : arm.arm.issuer.token()),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      },
    });

    await Promise.all(Array.from({ length: 4 }, () => connections.read(id)));

    expect(asked).toBe(2);
  });

  test("and lacks a role that may be new: the next call takes another one, once a minute", async () => {
    const arm = await aWire(ROLE);
    const { told, credential } = aCredential();
    const { connections } = adaptersAt(arm.url, { credential });

    for (let n = 0; n < 4; n++) {
      expect(await faultOf(connections.read(aConnectionId()))).toMatchObject({ code: "FORBIDDEN" });
    }

    expect(told).toEqual({ asked: 2, renewed: 1 });
    expect(arm.asked).toHaveLength(4);
  });
});
