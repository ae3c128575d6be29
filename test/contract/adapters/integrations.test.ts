import { createHmac } from "node:crypto";
import { HttpRequest, InvocationContext } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { integrationRoutes } from "../../../functions/integrations.ts";
import { createApp } from "../../../functions/kit/app.ts";
import { authorize } from "../../../functions/kit/authorize.ts";
import { parseBody } from "../../../functions/kit/parse.ts";
import { Problem } from "../../../functions/kit/problem.ts";
import type { Caller } from "../../../functions/kit/sign-in.ts";
import { readIntegrationKeys } from "../../../shared/integration-keys.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import { aCluster, aConnection, aPolicyWith, aTrail } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, asked, asPerson, assessed, judgementBy } from "../../fixtures/entries.ts";
import { Crash } from "../../fixtures/interruptions.ts";
import { reviewAsSeen, yes } from "../../fixtures/reviews.ts";
import { CLIENT_ID, inMemory } from "./in-memory-app.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const APP = "4f9c1e73-8d26-4a5b-9e10-6b3d7f2a8c16";
const SECRET = Buffer.alloc(32, 7);
const NEXT_SECRET = Buffer.alloc(32, 8);
const [route] = integrationRoutes;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => void vi.useRealTimers());

const policyOf = (
  approvers: string,
  integrations = `ticket-system: { signed: true }, pipeline: { app: ${APP} }`,
) =>
  aPolicyWith(
    [`integrations: { ${integrations} }`],
    `{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: ${approvers}, timeout: 1d } } }`,
  );

/** An app whose policy asks so about a request that waits, and a way to send it messages. */
async function aDoor(policy: Policy = policyOf("[ticket-system]"), desk = new Desk({ policy })) {
  const { verdict } = judgementBy(policy);
  if (verdict.kind !== "ask") throw new Error("The policy asks nobody.");
  const { id, ask } = await desk.file(aTrail({}, assessed(policy), asked(verdict.requirement)));
  const { keys: INTEGRATION_KEYS } = readIntegrationKeys({
    INTEGRATION_KEYS_TICKET_SYSTEM: [SECRET, NEXT_SECRET]
      .map((secret) => `whsec_${secret.toString("base64")}`)
      .join(","),
  });
  const app = {
    ...(await createApp({ ...inMemory, INTEGRATION_KEYS })),
    peopleNeeds: () => desk.people,
  };
  const said = { asked: `${id}:${ask?.seq}`, answer: "approve", reason: "Approved.", externalId: "CHG0012" };

  /** What becomes of a call: who it is comes first, then what it says. */
  async function send({
    name = "ticket-system",
    body = JSON.stringify(said),
    headers = {},
    caller = null,
  }: Sent) {
    if (route === undefined) throw new Error("There is no door.");
    const request = new HttpRequest({
      url: "http://127.0.0.1/api",
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: { string: body },
    });
    try {
      if (caller !== null) authorize(caller, "Integration", app.config);
      const signed = caller === null ? ((await route.signedBy?.(app, request, { name })) ?? null) : null;
      const parsed = await parseBody(route.bodySchema, request, signed?.body);
      const context = new InvocationContext();
      const nobody = { ...byApp(), oid: "" };
      return await route.handle(app, {
        path: { name },
        query: undefined,
        body: parsed,
        caller: caller ?? nobody,
        signed,
        link: null,
        context,
      });
    } catch (error) {
      if (error instanceof Problem) return { code: error.code };
      throw error;
    }
  }
  return { desk, id, said, send };
}

interface Sent {
  readonly name?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caller?: Caller | null;
}

/** Headers of a message, signed as Standard Webhooks says. */
function signed(
  body: unknown,
  { id = "msg_1", secret = SECRET, atMs = NOW } = {},
): Required<Pick<Sent, "body" | "headers">> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = createHmac("sha256", secret).update(`${id}.${timestamp}.${text}`).digest("base64");
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
  return { body: text, headers };
}

const byApp = (differences: Partial<Caller> = {}): Caller => ({
  kind: "person",
  oid: APP,
  name: "pipeline",
  groups: [],
  hasTooManyGroups: false,
  authContexts: [],
  signInNames: [],
  roles: ["Integration"],
  isPerson: false,
  scopes: [],
  clientId: CLIENT_ID,
  ...differences,
});

describe("a message of an integration", () => {
  test("that is signed counts as the integration's review, by the key that signed it", async () => {
    const { send, said, desk, id } = await aDoor();

    const answer = await send(signed({ ...said, onBehalfOf: "bo@contoso.com" }, { secret: NEXT_SECRET }));

    expect(answer).toMatchObject({ request: id, answer: "approve", isReplay: false, state: "applying" });
    expect((await desk.store.trail(id)).find(({ kind }) => kind === "reviewed")).toMatchObject({
      actor: {
        kind: "integration",
        name: "ticket-system",
        proof: { kind: "key", id: expect.stringMatching(/^[0-9a-f]{8}$/) },
      },
      claim: { messageId: "msg_1", externalId: "CHG0012", onBehalfOf: "bo@contoso.com" },
      via: "integrations",
    });
    expect(desk.orchestrations.settled).toHaveLength(1);
  });

  test("that comes with its app's token counts, and is known by what it calls its change", async () => {
    const { send, said, desk, id } = await aDoor(policyOf("[pipeline]"));

    const answer = await send({ name: "pipeline", body: JSON.stringify(said), caller: byApp() });

    expect(answer).toMatchObject({ isReplay: false, state: "applying" });
    expect((await desk.store.trail(id)).find(({ kind }) => kind === "reviewed")).toMatchObject({
      actor: { proof: { kind: "app", oid: APP } },
      claim: { messageId: "CHG0012" },
    });
  });

  test("waits for the people who are asked, too, and they for it", async () => {
    const { send, said, desk, id } = await aDoor(policyOf("{ platform: 1, ticket-system: 1 }"));

    const first = await send(signed(said));
    const person = await reviewAsSeen(desk.people, id, ana, yes);

    expect(first).toMatchObject({ state: "waiting", decision: null });
    expect(person?.request).toMatchObject({ state: "applying", decision: { by: asPerson(ana) } });
  });

  test("is found by who did it, in lists of records and of requests", async () => {
    const { send, said, desk, id } = await aDoor();
    await send(signed(said));

    const terms = ["by:integration", "integration:ticket-system"] as const;
    const records = await desk.store.search.records({ terms, limit: 10, cursor: null });
    const requests = await desk.store.search.requests({ terms, by: "newest", limit: 10, cursor: null });

    expect(records.items.map(({ kind }) => kind)).toEqual(["decided", "reviewed"]);
    expect(requests.items.map((request) => request.id)).toEqual([id]);
  });
});

describe("a message that comes again", () => {
  test("is answered with what is on record, and counts nothing", async () => {
    const { send, said, desk, id } = await aDoor();
    const first = await send(signed(said));
    const records = await desk.kinds(id);

    const again = await send(signed(said));

    expect(again).toEqual({ ...Object(first), isReplay: true });
    expect(await desk.kinds(id)).toEqual(records);
  });

  test("of two at once, one is on record and both are told of it", async () => {
    const { send, said, desk, id } = await aDoor(policyOf("{ platform: 1, ticket-system: 1 }"));

    const both = await Promise.all([send(signed(said)), send(signed(said))]);

    expect(both.map((answer) => "isReplay" in Object(answer) && Object(answer).isReplay).toSorted()).toEqual([
      false,
      true,
    ]);
    expect((await desk.kinds(id)).filter((kind) => kind === "reviewed")).toHaveLength(1);
  });

  test("after the app was killed between its record and its answer moves the request on", async () => {
    const policy = policyOf("[ticket-system]");
    let isAlive = true;
    const desk = new Desk({
      policy,
      through: async (verb, call) => {
        const done = await call();
        if (verb === "store.append" && !isAlive) throw new Crash();
        return done;
      },
    });
    const { send, said, id } = await aDoor(policy, desk);
    isAlive = false;
    await expect(send(signed(said))).rejects.toThrow(Crash);
    isAlive = true;

    const again = await send(signed(said));

    expect(again).toMatchObject({ isReplay: true, state: "applying" });
    expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked ${(await desk.request(id)).waitSeq}`]);
  });

  test("under another id is another one, and refused: the integration has had its say", async () => {
    const { send, said } = await aDoor(policyOf("{ platform: 1, ticket-system: 1 }"));
    await send(signed(said));

    expect(await send(signed(said, { id: "msg_2" }))).toEqual({ code: "alreadyReviewed" });
  });

  test("is another one when it says the opposite, so that a change that was called off stays off", async () => {
    const { send, said } = await aDoor(
      policyOf("{ platform: 1, pipeline: 1 }", `pipeline: { app: ${APP}, may: [approve, reject] }`),
    );
    const call = (answer: string) =>
      send({ name: "pipeline", body: JSON.stringify({ ...said, answer }), caller: byApp() });
    await call("approve");

    expect(await call("reject")).toMatchObject({ answer: "reject", isReplay: false, decision: "reject" });
  });
});

describe("a message that proves nobody is refused before anything of it is parsed", () => {
  test.each<[string, (said: object) => Sent, string]>([
    ["without a signature or a token", () => ({ body: "{" }), "noSignature"],
    ["with an id that could be cut elsewhere", (said) => signed(said, { id: "msg.1" }), "noSignature"],
    ["by a strange key", (said) => signed(said, { secret: Buffer.alloc(32, 9) }), "foreignSignature"],
    [
      "tampered with",
      (said) => ({ ...signed(said), body: JSON.stringify({ ...said, answer: "reject" }) }),
      "foreignSignature",
    ],
    [
      "with another id",
      (said) => ({ ...signed(said), headers: { ...signed(said).headers, "webhook-id": "msg_2" } }),
      "foreignSignature",
    ],
    ["under a wrong name", (said) => ({ ...signed(said), name: "pipeline" }), "foreignSignature"],
    ["under a name that nobody knows", (said) => ({ ...signed(said), name: "nobody" }), "foreignSignature"],
    ["301 s old", (said) => signed(said, { atMs: NOW - 301_000 }), "oldMessage"],
    ["301 s ahead", (said) => signed(said, { atMs: NOW + 301_000 }), "oldMessage"],
    [
      "old, and by a strange key",
      (said) => signed(said, { atMs: NOW - 301_000, secret: Buffer.alloc(32, 9) }),
      "foreignSignature",
    ],
  ])("%s", async (_case, sent, code) => {
    const { send, said, desk, id } = await aDoor();
    const records = await desk.kinds(id);

    expect(await send(sent(said))).toEqual({ code });
    expect(await desk.kinds(id)).toEqual(records);
  });

  test.each([-300, 300])("one that is %i s off is taken", async (seconds) => {
    const { send, said } = await aDoor();

    expect(await send(signed(said, { atMs: NOW + seconds * 1_000 }))).toMatchObject({ isReplay: false });
  });
});

describe("what an integration may not", () => {
  const toPipeline = (caller: Caller) => (said: object) => ({
    name: "pipeline",
    body: JSON.stringify(said),
    caller,
  });

  test.each<[string, string, (said: { asked: string }) => Sent, string]>([
    [
      "come with another app's token",
      "[pipeline]",
      toPipeline(byApp({ oid: "9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17" })),
      "wrongIntegration",
    ],
    [
      "come with a token under a name that signs",
      "[pipeline]",
      (said) => ({ ...toPipeline(byApp())(said), name: "ticket-system" }),
      "unknownIntegration",
    ],
    ["come without the role", "[pipeline]", toPipeline(byApp({ roles: ["Reader"] })), "wrongRole"],
    ["be a person", "[pipeline]", toPipeline(byApp({ isPerson: true })), "notAnApp"],
    ["answer what others are asked", "[pipeline]", (said) => signed(said), "notAnApprover"],
    ["answer what only people are asked", "[platform]", (said) => signed(said), "notAnApprover"],
    [
      "reject, unless the policy lets it",
      "[ticket-system]",
      (said) => signed({ ...said, answer: "reject" }),
      "mayNotReject",
    ],
    [
      "answer another question than the one that is asked",
      "[ticket-system]",
      (said) => signed({ ...said, asked: said.asked.replace(/\d+$/, "1") }),
      "changed",
    ],
    [
      "answer a question that was never asked",
      "[ticket-system]",
      (said) => signed({ ...said, asked: said.asked.replace(/\d+$/, "99") }),
      "neverAsked",
    ],
    [
      "leave out what it has seen",
      "[ticket-system]",
      (said) => signed({ ...said, asked: undefined }),
      "badRequest",
    ],
    [
      "leave out what it rests on",
      "[ticket-system]",
      (said) => signed({ ...said, externalId: undefined }),
      "badRequest",
    ],
    [
      "answer a request that is none",
      "[ticket-system]",
      (said) => signed({ ...said, asked: `pec-${"0".repeat(32)}:3` }),
      "notFound",
    ],
    [
      "take a review back",
      "[ticket-system]",
      (said) => signed({ ...said, answer: "withdraw" }),
      "badRequest",
    ],
  ])("%s", async (_case, approvers, sent, code) => {
    const { send, said, desk, id } = await aDoor(policyOf(approvers));
    const records = await desk.kinds(id);

    expect(await send(sent(said))).toEqual({ code });
    expect(await desk.kinds(id)).toEqual(records);
  });

  test("sign, where the policy wants a token, though the settings have a key", async () => {
    const { send, said } = await aDoor(policyOf("[ticket-system]", `ticket-system: { app: ${APP} }`));

    expect(await send(signed(said))).toEqual({ code: "unknownIntegration" });
  });

  test("answer any more, once the policy in force does not name it", async () => {
    const { send, said, desk } = await aDoor();
    desk.putInForce(policyOf("[platform]", `pipeline: { app: ${APP} }`));

    expect(await send(signed(said))).toEqual({ code: "unknownIntegration" });
  });

  test("answer what people are asked by now, since the policy changed", async () => {
    const { send, said, desk, id } = await aDoor();
    desk.world.put(aCluster(), aConnection());
    desk.putInForce(policyOf("[platform]"));

    expect(await send(signed(said))).toEqual({ code: "notWaiting" });
    expect(await desk.kinds(id)).toEqual(expect.arrayContaining(["policyChanged", "resumed"]));
    expect(await desk.kinds(id)).not.toContain("reviewed");
  });

  test("keep people from answering, whatever is refused to it", async () => {
    const { send, said, desk, id } = await aDoor(policyOf("[platform]"));
    for (let n = 0; n < 5; n += 1) await send(signed(said, { id: `msg_${n}` }));

    const { request } = (await reviewAsSeen(desk.people, id, ana, yes)) ?? {};

    expect(request).toMatchObject({ state: "applying" });
  });
});
