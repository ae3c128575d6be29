import { describe, expect, test } from "vitest";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { linkViewOf } from "../../../shared/view/link-view.ts";
import { aConnection, aRequest, CONSUMER, inState, NINE } from "../../fixtures/builders.ts";
import {
  ana,
  aRequirement,
  asked,
  asPerson,
  assessed,
  assessedAs,
  decided,
  delayed,
  interrupted,
  reviewed,
} from "../../fixtures/entries.ts";
import { value } from "./world.ts";

const viewOf = (request: ApprovalRequest) => linkViewOf(inState(request, "waiting", "applying"), NINE);

const WAITING = aRequest({}, assessed(), asked(aRequirement({ quorum: 2 })), reviewed(ana));

describe("what a link shows", () => {
  test("is where it stands, what is connected, who is asked and until when; and nothing else", () => {
    const view = viewOf(WAITING);

    expect(view).toEqual({
      id: WAITING.id,
      title: expect.stringMatching(/^\S+ → \S+$/),
      status: {
        tone: "waiting",
        word: "Waiting",
        sentence: expect.stringMatching(/^It waits for 1 of platform\./),
      },
      connection: {
        heading: "What is to be connected",
        lines: [
          { label: "Private endpoint", text: view.title.split(" → ")[0] },
          { label: "Subscription", text: CONSUMER },
          { label: "Cluster", text: view.title.split(" → ")[1] },
        ],
      },
      asked: { heading: "Who is asked", demands: [{ who: "platform", text: "1 of 2" }] },
      deadline: expect.objectContaining({ heading: "Deadline", at: WAITING.ask?.deadline, isOver: false }),
    });
  });

  test("calls the subscription by its name, where an assessment found one", () => {
    const view = viewOf(aRequest({}, assessedAs(value("sub-payments")), asked()));

    expect(view.connection.lines[1]).toEqual({ label: "Subscription", text: "sub-payments" });
  });

  test.each<[string, ApprovalRequest]>([
    ["who reviewed", WAITING],
    [
      "whom the policy excludes",
      aRequest({}, assessed(), asked(aRequirement({ excludedReviewer: ana.oid }))),
    ],
    ["who decided", aRequest({}, assessed(), asked(), reviewed(ana), decided("approve", asPerson(ana)))],
  ])("leaves out %s, by id and by name", (_what, request) => {
    const told = JSON.stringify(viewOf(request));

    expect(told).not.toContain(ana.oid);
    expect(told).not.toContain("Ana");
    for (const name of ana.signInNames) expect(told).not.toContain(name);
  });

  test.each<[string, ApprovalRequest]>([
    ["what the app is held up by", aRequest({}, assessed(), asked(), interrupted())],
    ["what ARM says", aRequest({}, decided("approve"), delayed())],
  ])("leaves out %s", (_what, request) => {
    const { status } = viewOf(request);

    expect(status.word).toMatch(/^(Waiting|Applying)$/);
    expect(status.sentence).not.toMatch(/Throttled|again/);
  });

  test("leaves out what the consumer wrote, and what has the form of a sign-in name", () => {
    const connection = aConnection({ message: "call me: 0170 1234567" });

    const told = JSON.stringify(
      viewOf(aRequest({ connection }, assessedAs(value("sub of ana@contoso.com")), asked())),
    );

    expect(told).not.toContain("0170");
    expect(told).not.toContain("@");
  });

  test("has nothing that a screen would obey", () => {
    const view = viewOf(aRequest({}, assessedAs(value("sub\u202e\u001b[2J")), asked()));

    expect(view.connection.lines[1]?.text).toBe("sub<U+202E><U+001B>[2J");
  });

  test("once it is decided says that, and no deadline any more", () => {
    const view = viewOf(aRequest({}, assessed(), asked(), reviewed(ana), decided("reject")));

    expect(view).toMatchObject({
      status: { word: "Applying", sentence: expect.stringMatching(/^It is decided, and the app writes/) },
      asked: { heading: "Who was asked" },
      deadline: null,
    });
  });
});
