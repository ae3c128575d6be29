import { describe, expect, test } from "vitest";
import { cardOf } from "../../../../shared/notify/teams/card.ts";
import type { AdaptiveCard } from "../../../../shared/notify/teams/elements.ts";
import { NoticeKind } from "../../../../shared/request/notice.ts";
import { screenOf } from "../../../../shared/view/index.ts";
import { aCluster, aConnection, aRequest, later, NINE } from "../../../fixtures/builders.ts";
import { anEntry, asked } from "../../../fixtures/entries.ts";
import { factsOf, HOME, value } from "../../view/world.ts";
import { aNotice, PLACE } from "./world.ts";

const LIMITS = { characters: 1_000, lines: 12 };
const cardFor = (...notice: Parameters<typeof aNotice>): AdaptiveCard =>
  cardOf(aNotice(...notice), PLACE, LIMITS);

/** A card as lines: a paragraph each, and each fact. */
const linesOf = ({ body }: AdaptiveCard): readonly string[] =>
  body.flatMap((element) =>
    element.type === "FactSet"
      ? element.facts.map((fact) => `${fact.title}: ${fact.value}`)
      : element.type === "Input.Text"
        ? [`${element.label}: ____`]
        : [element.inlines.map(({ text }) => text).join("")],
  );

test("a question says what is asked, by whom, why, of whom and until when", () => {
  const { requestId } = aNotice("asked");

  expect(linesOf(cardFor("asked"))).toEqual([
    "Please review",
    "pe-payments → aks-prod",
    "Status: Waiting",
    "Answer by: 2026-03-03 09:00 UTC",
    "As of: 2026-03-02 09:00 UTC",
    `Request: ${requestId}`,
    "It waits for 1 of platform. In 24 h, if too few have answered, it expires, and the connection stays Pending.",
    "pe-payments of subscription 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 asks for a private connection to cluster aks-prod.",
    "Their message",
    "“for payments”",
    "The consumer wrote this. Nobody has checked whether it is true.",
    "Why a person decides",
    "No rule matched, so the default asks 1 of platform, within 24h.",
    "Who is asked",
    "platform: 0 of 1",
    "Anybody of platform may still approve; anybody who was asked may reject.",
  ]);
});

test.each([
  ["asked", "Please review"],
  ["reminded", "Still waits for a review"],
  ["escalated", "Too few have answered: more people may"],
  ["withdrawn", "No review is needed any more"],
  ["closed", "Closed: Expired"],
] as const)("what is %s says so first, in words, and where cards are not shown", (kind, headline) => {
  const card = cardFor(kind);

  expect(linesOf(card)[0]).toBe(headline);
  expect(card.fallbackText).toMatch(
    new RegExp(`^${headline}: https://approvals\\.example/inbox/#/requests/pec-\\w+(\\?asked=3)?$`),
  );
});

test.each(NoticeKind.options)("every sentence of what is %s is one that the page would show, too", (kind) => {
  const { request, facts, at } = aNotice(kind);
  const screen = screenOf({ request, facts, viewer: null, recent: [], now: at, homeTenant: HOME });
  const texts = JSON.stringify(screen);

  const sentences = linesOf(cardFor(kind)).slice(1);

  for (const line of sentences.filter((each) => each.endsWith(".") && !each.startsWith("“")))
    expect(texts).toContain(line);
});

test("how a request ended comes with who said what", () => {
  expect(linesOf(cardFor("closed"))).toContain('"Ana" (00000000…) approved');
});

describe("a card leads", () => {
  test("to the very question in the inbox, and to the cluster in the portal", () => {
    const { requestId, request } = aNotice("asked");

    expect(cardFor("asked").actions).toEqual([
      {
        type: "Action.OpenUrl",
        title: "Review",
        url: `https://approvals.example/inbox/#/requests/${requestId}?asked=3`,
      },
      {
        type: "Action.OpenUrl",
        title: "Open cluster in portal",
        url: `https://portal.azure.com/#@${HOME}/resource${request.clusterId}`,
      },
    ]);
  });

  test("to the request, where nothing is asked any more", () => {
    const { requestId } = aNotice("withdrawn");

    expect(cardFor("withdrawn").actions[0]).toMatchObject({
      title: "Look at it",
      url: `https://approvals.example/inbox/#/requests/${requestId}`,
    });
  });
});

test("another tenant is loud, and an endpoint without a name as well", () => {
  const request = aRequest({ connection: aConnection({ endpoint: null }) }, asked());
  const facts = factsOf(request, { tenant: value("0f0f0f0f-0000-4000-8000-000000000000") });

  const lines = linesOf(cardFor("asked", { request, facts }));

  expect(lines).toContain("Tenant: ANOTHER TENANT (0f0f0f0f-0000-4000-8000-000000000000)");
  expect(lines).toContain("Note: ARM does not name its private endpoint");
});

test("who may only read requests reads no more in a card: no sign-in names and no tags", () => {
  const request = aRequest({ connection: aConnection({ message: "ask ana.secret@contoso.com" }) }, asked());
  const facts = {
    ...factsOf(request),
    cluster: { ...factsOf(request).cluster, tags: value({ owner: "s3cret" }) },
    requester: value("ana.secret@contoso.com"),
  };

  const text = JSON.stringify(cardFor("asked", { request, facts }));

  expect(text).toContain("“ask …”");
  expect(text).not.toMatch(/secret|s3cret/);
});

test("a deadline is as far as it was when people were asked, not when that was written down", () => {
  expect(linesOf(cardFor("asked", { at: later(20) }))).toEqual(linesOf(cardFor("asked")));
});

test("the same notice is the same card, whenever it is made", () => {
  expect(cardFor("asked")).toEqual(cardFor("asked"));
  expect(cardFor("closed", { at: NINE, request: aRequest({}, asked(), anEntry.expired) }).body).toHaveLength(
    cardFor("closed", { request: aRequest({}, asked(), anEntry.expired) }).body.length,
  );
});

test("of a list that is too long the rest is counted", () => {
  const reviews = Array.from({ length: 20 }, (_, n) => `unknown ${n}`);
  const base = aNotice("asked");
  const verdict = base.request.verdict && {
    ...base.request.verdict,
    unknownFacts: reviews.map((field) => ({ field, cause: "404" })),
  };
  const request = { ...base.request, verdict } as typeof base.request;

  expect(
    linesOf(
      cardFor("asked", { request, facts: factsOf(request, { tags: value({ a: aCluster().location }) }) }),
    ),
  ).toContain("… and 9 more.");
});
