import { describe, expect, test } from "vitest";
import type { Facts } from "../../../shared/policy/facts.ts";
import { redacted } from "../../../shared/request/redacted.ts";
import { requestSummary } from "../../../shared/search/summaries.ts";
import { rowOf, timelineOf } from "../../../shared/view/index.ts";
import {
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aRequest,
  aTrail,
  CONSUMER,
  DAY,
  HOUR,
  inState,
  later,
  MINUTE,
  NINE,
  PLATFORM,
  SECURITY,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applied,
  aRequirement,
  asked,
  assessed,
  assessedAs,
  bo,
  decided,
  reviewed,
  reviewedByTickets,
  verified,
} from "../../fixtures/entries.ts";
import { absent, aScreen, aViewer, factsOf, HOME, hidden, unknown, value } from "./world.ts";

const ONLY_AUDITORS = "Only auditors see the name.";

const waiting = aRequest({}, assessed(aPolicy()), asked());
const reviewOf = (
  request = aRequest({}, assessed(aPolicy()), asked(aRequirement({ quorum: 2 })), reviewed()),
) => inState(request, "waiting").ask.reviews[0] ?? null;

test("a screen says what people need in the order in which they need it", () => {
  const { title, sections } = aScreen(waiting);

  expect(title).toBe("pe-payments → aks-prod");
  expect(Object.keys(sections)).toEqual([
    ...["consumer", "message", "why", "nearMisses", "history", "asked", "deadline", "grants"],
  ]);
});

describe("who asks for what", () => {
  const consumerOf = (facts: ReturnType<typeof factsOf> | null, homeTenant: string | null = HOME) =>
    aScreen(waiting, { facts, homeTenant }).sections.consumer;
  const line = (label: string, facts: ReturnType<typeof factsOf> | null, homeTenant?: string | null) =>
    consumerOf(facts, homeTenant).lines.find((one) => one.label === label);

  test("the subscription goes by its name as last known, with its id behind it", () => {
    const named = aScreen({ ...waiting, consumerName: "sub-payments-prod-weu" }, { facts: null });

    const { lines, sentence } = named.sections.consumer;
    expect(lines.find(({ label }) => label === "Subscription")).toEqual({
      label: "Subscription",
      text: "sub-payments-prod-weu",
      detail: CONSUMER,
      tone: "plain",
    });
    expect(sentence).toBe(
      "pe-payments of subscription sub-payments-prod-weu asks for a private connection to cluster aks-prod.",
    );
  });

  test("a name that nobody knows leaves the id", () => {
    expect(line("Subscription", factsOf(waiting))).toMatchObject({ text: CONSUMER, detail: null });
  });

  test("another tenant is loud, in the line and in the sentence", () => {
    const facts = factsOf(waiting, { tenant: value("0f0f0f0f-0000-4000-8000-000000000000") });

    expect(consumerOf(facts)).toMatchObject({
      isForeign: true,
      sentence: expect.stringContaining("ANOTHER TENANT"),
    });
    expect(line("Tenant", facts)).toMatchObject({ text: "ANOTHER TENANT", tone: "loud" });
  });

  test("our own tenant is not, in whatever case", () => {
    const facts = factsOf(waiting, { tenant: value(HOME.toUpperCase()) });

    expect(consumerOf(facts).isForeign).toBe(false);
    expect(line("Tenant", facts)).toMatchObject({ text: "our own", tone: "plain" });
  });

  test("where nobody knows which tenant is ours, its id stands there", () => {
    const facts = factsOf(waiting, { tenant: value(HOME) });

    expect(line("Tenant", facts, null)).toMatchObject({ text: HOME, tone: "plain" });
  });

  test("what could not be read says why", () => {
    const facts = factsOf(waiting, {
      tenant: unknown("GET subscriptions: 403"),
      managementGroups: value(["mg-a", "mg-b"]),
    });

    expect(line("Tenant", facts)).toEqual({
      label: "Tenant",
      text: "unknown",
      detail: "GET subscriptions: 403",
      tone: "unknown",
    });
    expect(line("Management groups", facts)).toMatchObject({ text: "mg-a, mg-b" });
  });

  test.each([
    [
      "by name, with the id that tells namesakes apart",
      value("ana@contoso.com"),
      value(ana.oid),
      "ana@contoso.com",
      `object id ${ana.oid}`,
    ],
    ["by the id alone", unknown("404"), value(ana.oid), `object id ${ana.oid}`, null],
    ["by the id alone where Azure names nobody", absent, value(ana.oid), `object id ${ana.oid}`, null],
    ["as hidden, with the id", hidden, value(ana.oid), ONLY_AUDITORS, `object id ${ana.oid}`],
    ["as hidden", hidden, unknown("404"), ONLY_AUDITORS, null],
    ["as unknown, with the cause", unknown("404"), unknown("404"), "unknown", "404"],
    ["as nobody", absent, unknown("404"), "nobody that Azure names", null],
  ])("whoever made the endpoint is told %s", (_how, requester, requesterId, text, detail) => {
    const facts = { ...factsOf(waiting), requester, requesterId };

    expect(line("Made by", facts)).toMatchObject({ text, detail });
  });

  test("the cluster's tags are told, hidden or unknown, each in its own words", () => {
    const tagsAs = (tags: Facts["cluster"]["tags"]) => {
      const facts = factsOf(waiting);
      return line("Cluster tags", { ...facts, cluster: { ...facts.cluster, tags } });
    };

    expect(tagsAs(value({ env: "prod" }))).toMatchObject({ text: "env=prod", tone: "plain" });
    expect(tagsAs(value({}))).toMatchObject({ text: "none", tone: "plain" });
    expect(tagsAs(hidden)).toMatchObject({
      text: "Only auditors see the tags.",
      detail: null,
      tone: "hidden",
    });
    expect(tagsAs(unknown("403"))).toMatchObject({ text: "unknown", detail: "403", tone: "unknown" });
  });

  test("an endpoint that Azure does not name is loud", () => {
    const request = aRequest({ connection: aConnection({ endpoint: null }) }, assessed(aPolicy()), asked());
    const { lines } = aScreen(request).sections.consumer;

    expect(lines.filter(({ tone }) => tone === "loud").map(({ label, text }) => [label, text])).toEqual([
      ["Subscription", "unknown"],
      ["Private endpoint", "pe-payments.1"],
      ["Note", "ARM does not name its private endpoint"],
    ]);
  });
});

test("their message is quoted as it is, and what hides in it is shown", () => {
  const request = aRequest({ connection: aConnection({ message: "see <a href=x>\u202egnp" }) });

  expect(aScreen(request).sections.message).toMatchObject({ text: "see <a href=x><U+202E>gnp" });
  expect(aScreen(aRequest({ connection: aConnection({ message: "" }) })).sections.message.sentence).toBe(
    "They left no message.",
  );
});

describe("why a person decides", () => {
  test("the rules by name and line, in the policy's sentence", () => {
    const descriptions = { default: "Changes come with a ticket." };

    expect(aScreen(waiting, { descriptions }).sections.why).toEqual({
      heading: "Why a person decides",
      sentence: "No rule matched, so the default asks 1 of platform, within 24h.",
      rules: [{ name: "default", line: 6 }],
      descriptions: ['"Changes come with a ticket."'],
      unknown: [],
    });
  });

  test("what could not be read, one sentence each", () => {
    const policy = aPolicy("{ name: weu, when: { endpoint: { location: westeurope } }, then: approve }");

    expect(aScreen(aRequest({}, assessed(policy), asked())).sections.why.unknown).toEqual([
      "The private endpoint's region: unknown (no rule uses it)",
    ]);
  });

  test("that another rule would ask, too, is left out where people are asked anyway", () => {
    const policy = aPolicy(
      "{ name: other, when: { endpoint: { resourceGroup: rg-payments, name: pe-x } }, then: { ask: { approvers: [security], timeout: 1h } } }",
    );

    expect(aScreen(aRequest({}, assessed(policy), asked())).sections.nearMisses.sentences).toEqual([]);
  });

  test.each([
    ["an auditor", <T>(request: T) => request, 'exposure were to be "open"; it is absent'],
    ["everybody else", redacted, '… were to be "open"; it is for auditors only'],
  ])("a tag that kept a rule from matching is told to %s as far as they may know", (_who, shownTo, told) => {
    const policy = aPolicy(
      "{ name: tagged, when: { endpoint: { resourceGroup: rg-payments }, cluster: { tags: { exposure: open } } }, then: approve }",
    );
    const request = shownTo(aRequest({}, assessed(policy), asked()));

    expect(aScreen(request).sections.nearMisses.sentences).toEqual([
      `Would be approved by tagged (line 8), if cluster.tags.${told}.`,
    ]);
  });

  test("near misses in one line each", () => {
    const policy = aPolicy(
      "{ name: web, when: { endpoint: { resourceGroup: rg-web* }, cluster: { tags: { env: prod } } }, then: approve }",
      "{ name: never, when: { endpoint: { resourceGroup: rg-payments, name: { not: pe-payments } } }, then: { reject: { reason: No. } } }",
      "{ name: but, when: { endpoint: { resourceGroup: rg-payments } }, unless: [{ endpoint: { name: pe-* } }], then: approve }",
    );

    expect(aScreen(aRequest({}, assessed(policy), asked())).sections.nearMisses.sentences.toSorted()).toEqual(
      [
        'Would be approved by but (line 10), if it were no exception, since endpoint.name is "pe-payments".',
        'Would be approved by web (line 8), if endpoint.resourceGroup were to match "rg-web*"; it is "rg-payments".',
        'Would be rejected by never (line 9), if endpoint.name were not to be "pe-payments"; it is "pe-payments".',
      ],
    );
  });
});

describe("what the consumer asked for before", () => {
  const other = (name: string, endpoint = anEndpoint(name)) =>
    requestSummary(
      aRequest(
        { connection: aConnection({ id: aConnectionId(`${name}.1`), endpoint }) },
        decided(),
        applied(),
        verified(),
      ),
    );

  test("counts, and the last three of this consumer without this one and without others'", () => {
    const others = ["pe-a", "pe-b", "pe-c", "pe-d"].map((name) => other(name));
    const foreign = other("pe-x", anEndpoint("pe-x", "rg", "11111111-1111-4111-8111-111111111111"));
    const recent = [requestSummary(waiting), foreign, ...others];
    const facts = {
      ...factsOf(waiting),
      history: { approvedBefore: value(4), approvedOnCluster: unknown("503") },
    };
    const { history } = aScreen(waiting, { facts, recent }).sections;

    expect(history.sentences).toEqual([
      "Approved requests of this subscription on any cluster, when it was assessed: 4.",
      "Approved connections of this subscription to this cluster, when it was assessed: unknown (503).",
    ]);
    expect(history.recent.map(({ title, status, decided }) => [title, status.word, decided])).toEqual([
      ["pe-a → aks-prod", "Approved", "by rule payments"],
      ["pe-b → aks-prod", "Approved", "by rule payments"],
      ["pe-c → aks-prod", "Approved", "by rule payments"],
    ]);
  });

  test("says so where there is nothing", () => {
    expect(aScreen(waiting, { facts: null }).sections.history).toMatchObject({
      sentences: [
        "How often it was approved is not known yet.",
        "No other request of this consumer was found.",
      ],
      recent: [],
    });
  });
});

describe("who is asked", () => {
  const both = aRequirement({
    requirements: [
      { approvers: ["platform"], groups: [PLATFORM], quorum: 1, escalation: null, distinctGroup: 0 },
      {
        approvers: ["security"],
        groups: [SECURITY],
        quorum: 2,
        escalation: {
          approvers: ["leads"],
          groups: ["e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25"],
          afterMs: 6 * HOUR,
        },
        distinctGroup: 0,
      },
    ],
    preventSelfReview: true,
    excludedReviewer: bo.oid,
    reasonRequired: true,
  });
  const request = aRequest({}, assessed(aPolicy()), asked(both), reviewed(ana));

  test("groups by their names, how far each is, and who may answer later", () => {
    const { asked } = aScreen(request, { now: later(2 * HOUR) }).sections;

    expect(asked?.demands).toEqual([
      { who: "platform", given: 1, needed: 1, text: "1 of 1", isMet: true, escalation: null },
      {
        who: "security",
        given: 0,
        needed: 2,
        text: "0 of 2",
        isMet: false,
        escalation: "leads may answer, too, in 4 h, if too few did by then.",
      },
    ]);
  });

  test("who reviewed and who may still, who is excluded, and what else is demanded", () => {
    const mine = inState(request, "waiting").ask.reviews[0] ?? null;
    const { asked } = aScreen(request, { now: later(MINUTE), viewer: aViewer({ review: mine }) }).sections;

    expect(asked?.reviews).toEqual([
      {
        who: '"Ana" (00000000…)',
        review: "approve",
        reason: "",
        at: { at: NINE, relative: "1 min ago" },
        isMine: true,
      },
    ]);
    expect(asked?.sentences).toEqual([
      "Anybody of security who has not reviewed yet may still approve; anybody who was asked may reject.",
      "It takes different people for 1 of platform and 2 of security.",
      `Whoever asked for the connection must not review it: the person with object id ${bo.oid}.`,
      "An approval must say why.",
    ]);
    expect(asked).toMatchObject({ heading: "Who is asked", seq: 3, isReasonRequired: true });
  });

  test("an integration by its name, which is nobody's who looks", () => {
    const requirement = aRequirement({
      requirements: [
        ...aRequirement().requirements,
        {
          approvers: ["ticket-system"],
          groups: [],
          quorum: 1,
          escalation: null,
          integrations: [{ name: "ticket-system", app: null, signed: true, mayReject: false }],
        },
      ],
    });
    const { status, sections } = aScreen(aRequest({}, asked(requirement), reviewedByTickets), {
      now: later(MINUTE),
    });

    expect(status.sentence).toMatch(/^It waits for 1 of platform\./);
    expect(sections.asked?.demands).toMatchObject([
      { who: "platform", text: "0 of 1" },
      { who: "integration ticket-system", text: "1 of 1" },
    ]);
    expect(sections.asked?.reviews).toMatchObject([
      { who: "integration ticket-system", review: "approve", isMine: false },
    ]);
  });

  test("one person in both groups counts for one of them", () => {
    const inBoth = { ...ana, groups: [PLATFORM, SECURITY] };
    const { asked: section } = aScreen(aRequest({}, asked(both), reviewed(inBoth))).sections;

    expect(section?.demands.map(({ given }) => given)).toEqual([1, 0]);
  });

  test("nobody, where nobody was", () => {
    expect(aScreen(aRequest({}, decided())).sections).toMatchObject({ asked: null, deadline: null });
  });

  test("once it is closed it is the past", () => {
    const { asked: section, deadline } = aScreen(aRequest({}, asked(both), anEntry.expired)).sections;

    expect(section).toMatchObject({ heading: "Who was asked" });
    expect(section?.sentences[0]).toContain("different people");
    expect(deadline).toMatchObject({ isOver: true });
  });
});

test("the deadline is a moment, and says what follows it and who is reminded when", () => {
  expect(aScreen(waiting, { now: later(HOUR) }).sections.deadline).toEqual({
    heading: "Deadline",
    at: later(DAY),
    relative: "in 23 h",
    isOver: false,
    sentence:
      "With too few answers by then it expires: the connection stays Pending, and an approver can reopen the request. Those who are asked are reminded in 3 h.",
  });
});

test("what an answer does is said before anybody gives it", () => {
  const { grants } = aScreen(waiting).sections;

  expect(grants.approve).toMatch(
    /network path .* pe-payments .* API server of aks-prod, until .* no Kubernetes rights\.$/,
  );
  expect(grants.reject).toMatch(/final/);
});

describe("what the person who looks may do", () => {
  const mine = reviewOf();

  test.each([
    ["who is asked", aViewer(), { approve: true, reject: true, withdraw: false }],
    [
      "who is not",
      aViewer({ mayReview: false, code: "notAnApprover", because: "You are in none of the groups." }),
      { approve: false, reject: false, withdraw: false },
    ],
    [
      "who approved, and may still change their mind",
      aViewer({
        mayReview: false,
        code: "alreadyReviewed",
        because: "Yours counts.",
        review: mine,
        mayWithdraw: true,
      }),
      { approve: false, reject: true, withdraw: true },
    ],
    ["who is nobody in particular", null, { approve: false, reject: false, withdraw: false }],
  ])("%s", (_who, viewer, enabled) => {
    const { actions } = aScreen(waiting, { viewer });

    expect({
      approve: actions.approve.enabled,
      reject: actions.reject.enabled,
      withdraw: actions.withdraw.enabled,
    }).toEqual(enabled);
  });

  test("who may not is told why in the API's words", () => {
    const viewer = aViewer({ mayReview: false, because: "You asked for this connection yourself." });

    expect(aScreen(waiting, { viewer }).actions.approve).toEqual({
      enabled: false,
      because: "You asked for this connection yourself.",
    });
  });

  test("who approved what is decided by now is told that, and of nothing that they may still do", () => {
    const viewer = aViewer({ mayReview: false, because: "It was decided already.", review: reviewOf() });
    const done = aRequest({}, assessed(aPolicy()), asked(), reviewed(), decided(), verified());

    expect(aScreen(done, { viewer }).actions.approve).toEqual({
      enabled: false,
      because: "It was decided already.",
    });
  });

  test("what failed can be retried, and what expired reopened", () => {
    const done = aViewer({ mayReview: false, because: "It is closed." });

    expect(
      aScreen(aRequest({}, anEntry.failed), { viewer: { ...done, mayRetry: true } }).actions,
    ).toMatchObject({
      retry: { enabled: true },
      reopen: { enabled: false, because: "Only what expired can be reopened." },
    });
    expect(
      aScreen(aRequest({}, asked(), anEntry.expired), { viewer: { ...done, mayReopen: true } }).actions,
    ).toMatchObject({
      retry: { enabled: false, because: "Only what failed can be retried." },
      reopen: { enabled: true },
    });
  });
});

test("a timeline has a step for each record, and says what the answers were", () => {
  const { records } = aTrail({}, assessed(aPolicy()), asked(), reviewed(bo, "reject"), anEntry.decided);

  expect(
    timelineOf(records, later(HOUR)).map(({ seq, word, tone, who, relative }) => [
      seq,
      word,
      tone,
      who,
      relative,
    ]),
  ).toEqual([
    [1, "Received", "neutral", "the app", "60 min ago"],
    [2, "Assessed", "neutral", "rule default", "60 min ago"],
    [3, "Asked", "waiting", "the app", "60 min ago"],
    [4, "Reviewed: reject", "bad", '"Bo" (00000000…)', "60 min ago"],
    [5, "Decided: approve", "good", "rule payments", "60 min ago"],
  ]);
});

test.each([
  ["by its name as last known", value("Payments $& weu"), 'subscription "Payments $& weu" to cluster'],
  ["by its id where nobody knows the name", unknown("403"), `subscription ${CONSUMER} to cluster`],
])("a timeline calls the consumer's subscription %s", (_how, name, expected) => {
  const { records } = aTrail({}, assessedAs(name), asked());

  expect(timelineOf(records, NINE)[0]?.sentence).toContain(expected);
});

test.each([
  ["its name, with what hides in it", "Payments\u202e", CONSUMER, "Payments<U+202E>"],
  ["its id where nobody knows the name", null, CONSUMER, CONSUMER],
  ["unknown where Azure names none", null, null, "unknown"],
])(
  "a row calls the consumer by %s, and keeps the id",
  (_how, consumerName, consumerSubscription, expected) => {
    const row = rowOf(requestSummary({ ...waiting, consumerName, consumerSubscription }), NINE);

    expect(row).toMatchObject({ consumer: expected, consumerId: consumerSubscription });
  },
);
