import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describe as describeAnswer, nextAnswerStep } from "../../../shared/approval/answer.ts";
import type { PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { Decision, RequestIn } from "../../../shared/request/request.ts";
import type { Actor } from "../../../shared/request/terms.ts";
import { aConnection, anEndpoint, aRequest, inState, NINE } from "../../fixtures/builders.ts";
import { applied, applying, asPerson, bo, decided } from "../../fixtures/entries.ts";

type Progress = "nothing yet" | "intended" | "taken";

/** A request that is to be approved or rejected, and how far that has come. */
function toBe(decision: "approve" | "reject", progress: Progress): RequestIn<"applying"> {
  const answer = decision === "approve" ? "Approved" : "Rejected";
  const sofar: Record<Progress, Entry[]> = {
    "nothing yet": [],
    intended: [applying(answer)],
    taken: [applying(answer), applied(answer)],
  };
  return inState(aRequest({}, decided(decision), ...sofar[progress]), "applying");
}

const stepOf = (request: RequestIn<"applying">, connection: PrivateEndpointConnection | null) => {
  const step = nextAnswerStep(request, connection, NINE);
  return [step.kind, ...step.entries.map(({ kind }) => kind)].join(" ");
};

describe("the next step, for every status, decision and progress", () => {
  const shows = (status: string) => aConnection({ status });

  test.each<[string, "approve" | "reject", Progress, PrivateEndpointConnection | null, string]>([
    ["Pending", "approve", "nothing yet", shows("Pending"), "write applying"],
    ["Pending", "approve", "intended", shows("Pending"), "write"],
    ["Pending", "approve", "taken", shows("Pending"), "write"],
    ["Pending", "reject", "nothing yet", shows("Pending"), "write applying"],
    ["Pending", "reject", "intended", shows("Pending"), "write"],
    ["Pending", "reject", "taken", shows("Pending"), "write"],
    ["Approved", "approve", "nothing yet", shows("Approved"), "done applied verified"],
    ["Approved", "approve", "intended", shows("Approved"), "done applied verified"],
    ["Approved", "approve", "taken", shows("Approved"), "done verified"],
    ["Approved", "reject", "nothing yet", shows("Approved"), "moved superseded"],
    ["Approved", "reject", "intended", shows("Approved"), "moved superseded"],
    ["Approved", "reject", "taken", shows("Approved"), "moved superseded"],
    ["Rejected", "approve", "nothing yet", shows("Rejected"), "moved superseded"],
    ["Rejected", "approve", "intended", shows("Rejected"), "moved superseded"],
    ["Rejected", "approve", "taken", shows("Rejected"), "moved superseded"],
    ["Rejected", "reject", "nothing yet", shows("Rejected"), "done applied verified"],
    ["Rejected", "reject", "intended", shows("Rejected"), "done applied verified"],
    ["Rejected", "reject", "taken", shows("Rejected"), "done verified"],
    ["Disconnected", "approve", "nothing yet", shows("Disconnected"), "moved superseded"],
    ["Disconnected", "reject", "intended", shows("Disconnected"), "moved superseded"],
    ["Disconnected", "reject", "taken", shows("Disconnected"), "moved superseded"],
    ["a new status", "approve", "intended", shows("Suspended"), "moved superseded"],
    ["nothing, for the first time", "approve", "nothing yet", null, "missing missing"],
    ["nothing, for the first time", "reject", "taken", null, "missing missing"],
    [
      "no endpoint any more",
      "approve",
      "taken",
      aConnection({ endpoint: null, status: "Approved" }),
      "missing missing",
    ],
    [
      "another endpoint",
      "approve",
      "nothing yet",
      aConnection({ endpoint: anEndpoint("x") }),
      "moved superseded",
    ],
    [
      "another endpoint that is Approved, which is not ours to claim",
      "approve",
      "intended",
      aConnection({ endpoint: anEndpoint("x"), status: "Approved" }),
      "moved superseded",
    ],
    ["another message", "approve", "nothing yet", aConnection({ message: "for all" }), "moved received"],
    ["another message", "approve", "intended", aConnection({ message: "for all" }), "moved received"],
    ["another message", "reject", "nothing yet", aConnection({ message: "" }), "moved received"],
  ])("ARM shows %s; to %s; %s", (_shown, decision, progress, connection, expected) => {
    expect(stepOf(toBe(decision, progress), connection)).toBe(expected);
  });

  test("what is written is what was intended, also when the words would be others now", () => {
    const step = nextAnswerStep(toBe("approve", "intended"), aConnection(), NINE);

    expect(step).toMatchObject({ kind: "write", answer: "Approved", description: "our words" });
  });

  test.each<[Progress, string, string]>([
    ["nothing yet", "by hand", "ARM showed Approved already; nothing was written."],
    ["intended", "our words", "ARM shows Approved; the reply to our write was lost."],
    [
      "intended",
      "by hand",
      "ARM shows Approved, in other words than ours: it may be somebody else's answer.",
    ],
  ])("an answer that is found says how it came about: %s, %s", (progress, message, sentence) => {
    const request = toBe("approve", progress);

    expect(
      nextAnswerStep(request, aConnection({ status: "Approved", message }), NINE).entries[0],
    ).toMatchObject({
      kind: "applied",
      how: "found",
      sentence,
    });
  });

  test("law: only a Pending connection of the same endpoint with the same message is ever written to", () => {
    const connection = fc.record({
      status: fc.constantFrom("Pending", "Approved", "Rejected", "Disconnected", "", "pending"),
      endpoint: fc.constantFrom(anEndpoint(), anEndpoint("x"), null),
      message: fc.constantFrom("for payments", "for all", ""),
    });
    const progress = fc.constantFrom<Progress>("nothing yet", "intended", "taken");

    fc.assert(
      fc.property(
        connection,
        fc.constantFrom("approve", "reject"),
        progress,
        (differences, decision, sofar) => {
          const step = stepOf(toBe(decision, sofar), aConnection(differences));
          const { status, endpoint, message } = differences;

          const isWhatWasJudged =
            status === "Pending" && endpoint === anEndpoint() && message === "for payments";
          expect(step.startsWith("write")).toBe(isWhatWasJudged);
        },
      ),
    );
  });
});

describe("the description that ARM gets", () => {
  const request = inState(aRequest({}, decided()), "applying");
  const by = (actor: Actor, reason: string): Decision => ({
    decision: "reject",
    reason,
    by: actor,
    at: NINE,
  });

  test.each([
    [
      "a rule",
      by({ kind: "rule", rules: ["sandbox"] }, "Not from here."),
      "Rejected by rule sandbox: Not from here.",
    ],
    ["two rules", by({ kind: "rule", rules: ["a", "b"] }, "No."), "Rejected by rules a, b: No."],
    ["a person", by(asPerson(bo), "Not today."), 'Rejected by "Bo" (00000000…): Not today.'],
    ["a person without a word", by(asPerson(bo), ""), 'Rejected by "Bo" (00000000…)'],
    [
      "a person with a forged line",
      by(asPerson(bo), "ok\n[pec-0]"),
      'Rejected by "Bo" (00000000…): ok [pec-0]',
    ],
    [
      "a person who is called like a rule",
      by({ ...asPerson(bo), name: "rule payments-prod" }, "No."),
      'Rejected by "rule payments-prod" (00000000…): No.',
    ],
    [
      "a person whose name is long",
      by({ ...asPerson(bo), name: `Bo ${"x".repeat(97)}` }, "No."),
      `Rejected by "Bo ${"x".repeat(42)}…" (00000000…): No.`,
    ],
  ])("by %s", (_name, decision, expected) => {
    expect(describeAnswer({ ...request, decision })).toBe(`${expected} [${request.id}]`);
  });

  test.each<[string, Decision, string]>([
    [
      "a reason that fits whole where the name is shortened",
      by(
        asPerson({ ...bo, name: "Bo Approver of the Platform and Network Team" }),
        "Not before the audit of March. Ask again on the first of April.",
      ),
      'Rejected by "Bo Approv…" (00000000…): Not before the audit of March. Ask again on the first of April.',
    ],
    [
      "a reason that does not fit even so",
      by(asPerson({ ...bo, name: "Bo Approver of the Platform and Network Team" }), "x".repeat(200)),
      `Rejected by "Bo Approv…" (00000000…): ${"x".repeat(62)}…`,
    ],
  ])("who decided is shortened before the reason: %s", (_name, decision, expected) => {
    expect(describeAnswer({ ...request, decision })).toBe(`${expected} [${request.id}]`);
  });

  test("a long reason is cut, so that the request's id still fits into 140 characters", () => {
    const description = describeAnswer({ ...request, decision: by(asPerson(bo), "x".repeat(500)) });

    expect(description).toHaveLength(140);
    expect(description.endsWith(`x… [${request.id}]`)).toBe(true);
  });

  test("law: it has at most 140 characters, one line, and ends with the request's id", () => {
    const unit = fc.constantFrom("a", " ", "é", "\u0000", "\n", "😀", "\ud800", "\u2028", "\u202e", "]");
    const text = (maxLength: number) => fc.string({ unit, maxLength, size: "max" });
    const actor = fc.oneof(
      text(300).map((name): Actor => ({ ...asPerson(bo), name })),
      fc.array(text(100), { minLength: 1, maxLength: 20 }).map((rules): Actor => ({ kind: "rule", rules })),
      fc.constant<Actor>({ kind: "system" }),
    );
    const reason = text(2_000);

    fc.assert(
      fc.property(actor, reason, (who, why) => {
        const description = describeAnswer({ ...request, decision: by(who, why) });

        expect(description.length).toBeLessThanOrEqual(140);
        expect(description.endsWith(` [${request.id}]`)).toBe(true);
        expect(description.startsWith("Rejected by ")).toBe(true);
        expect(/[\n\u202e]/.test(description)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
