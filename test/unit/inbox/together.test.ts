import { describe, expect, test } from "vitest";
import type { RequestDetail } from "../../../functions/inbox/page/api.ts";
import { type Reply, refusalIn } from "../../../functions/inbox/page/reply.ts";
import {
  approveAll,
  candidatesOf,
  isReasonRequired,
  MAX_TOGETHER,
  type Outcome,
  obstaclesTo,
  obstacleTo,
} from "../../../functions/inbox/page/together/together.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aRequest,
} from "../../fixtures/builders.ts";
import { aRequirement, asked, assessed } from "../../fixtures/entries.ts";
import { aDetail, waiting } from "./world.ts";

const row = (id: string, consumer = "sub-1", cluster = "aks-prod") => ({ id, consumer, cluster }) as const;
const rows = (count: number) => Array.from({ length: count }, (_, at) => row(`pec-${at}`));

describe("which rows can be chosen together", () => {
  test.each<[string, ReturnType<typeof row>, ReturnType<typeof rows>, boolean]>([
    ["the first one, whatever it is", row("pec-9", "sub-2"), [], true],
    ["one of the same consumer and cluster", row("pec-9"), rows(1), true],
    ["one of another consumer", row("pec-9", "sub-2"), rows(1), false],
    ["one for another cluster", row("pec-9", "sub-1", "aks-dev"), rows(1), false],
    ["the twentieth", row("pec-99"), rows(MAX_TOGETHER - 1), true],
    ["the twenty-first", row("pec-99"), rows(MAX_TOGETHER), false],
    ["one that is chosen already, to leave it out again", row("pec-0"), rows(MAX_TOGETHER), true],
  ])("%s", (_what, one, chosen, may) => {
    expect(obstacleTo(one as never, chosen as never) === null).toBe(may);
  });
});

test("why others cannot be chosen is said once for all of them, and not at all before one is chosen", () => {
  const all = [row("pec-1"), row("pec-2", "sub-2"), row("pec-3", "sub-3"), row("pec-4")];

  expect(obstaclesTo(all, [])).toEqual([]);
  expect(obstaclesTo(all, all.slice(0, 1))).toEqual([
    "Only requests of one consumer for one cluster are approved together.",
  ]);
});

const read = (id: string, request: RequestDetail): { id: string; reply: Reply<RequestDetail> } => ({
  id,
  reply: { ok: true, value: request },
});

const OTHER_RULE =
  "{ name: others, when: { endpoint: { name: pe-* } }, then: { ask: { approvers: [platform] } } }";
const ofAnother = (what: Parameters<typeof aConnection>[0]) =>
  aDetail(waiting({ connection: aConnection(what) }));

describe("which of them can be approved, once they were read", () => {
  test.each<[string, RequestDetail, "approvable" | "not"]>([
    ["by the same rule", aDetail(), "approvable"],
    ["by another rule", aDetail(waiting({}, aPolicy(OTHER_RULE))), "not"],
    [
      "of another consumer",
      ofAnother({ endpoint: anEndpoint("pe-a", "rg-a", "0b0c5a6e-64c5-4b0b-9b8e-0d3a4a5c2f10") }),
      "not",
    ],
    ["for another cluster", ofAnother({ id: aConnectionId("pe-a.1", aClusterId("aks-dev")) }), "not"],
    [
      "not this person's to answer",
      aDetail(waiting(), { mayReview: false, because: "You asked for it." }),
      "not",
    ],
    ["answered meanwhile", aDetail(aRequest({})), "not"],
  ])("%s", (_what, other, kind) => {
    const [, second] = candidatesOf([read("a", aDetail()), read("b", other)]);

    expect(second?.kind).toBe(kind);
  });

  test("one that cannot be read is left out, with the reason", () => {
    const reply: Reply<RequestDetail> = {
      ok: false,
      refusal: refusalIn(404, { code: "notFound", detail: "Gone." }),
    };

    expect(candidatesOf([{ id: "a", reply }, read("b", aDetail())])).toMatchObject([
      { kind: "not", because: "Gone." },
      { kind: "approvable" },
    ]);
  });

  test("a reason is demanded where one of them demands it", () => {
    const strict = aDetail(aRequest({}, assessed(aPolicy()), asked(aRequirement({ reasonRequired: true }))));

    expect(isReasonRequired(candidatesOf([read("a", aDetail())]))).toBe(false);
    expect(isReasonRequired(candidatesOf([read("a", aDetail()), read("b", strict)]))).toBe(true);
  });
});

describe("approving them", () => {
  const candidates = candidatesOf([
    read("a", aDetail()),
    read("b", aDetail(waiting(), { mayReview: false })),
    read("c", aDetail()),
    read("d", aDetail()),
  ]);
  const all = async (replies: Readonly<Record<string, Reply<unknown>>>) => {
    const sent: [string, number][] = [];
    const outcomes: Outcome[] = [];
    await approveAll(
      candidates,
      async (id, seq) => {
        sent.push([id, seq]);
        return replies[id] ?? { ok: true, value: {} };
      },
      (outcome) => outcomes.push(outcome),
    );
    return { sent, outcomes: outcomes.map(({ id, next }) => [id, next.kind]) };
  };

  test("asks for each one by itself, as it was read, and goes on when one is refused", async () => {
    const changed = { ok: false, refusal: refusalIn(409, { code: "changed" }) } as const;

    const { sent, outcomes } = await all({ a: changed });

    expect(sent).toEqual([
      ["a", 3],
      ["c", 3],
      ["d", 3],
    ]);
    expect(outcomes).toEqual([
      ["a", "changed"],
      ["c", "recorded"],
      ["d", "recorded"],
    ]);
  });

  test("stops where the person has to sign in again: every other one would be answered the same", async () => {
    const claims = { ok: false, refusal: refusalIn(401, { code: "claimsRequired", claims: "{}" }) } as const;

    const { sent } = await all({ c: claims });

    expect(sent.map(([id]) => id)).toEqual(["a", "c"]);
  });
});
