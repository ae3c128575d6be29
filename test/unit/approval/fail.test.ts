import { describe, expect, test } from "vitest";
import { delayEntries, failureEntries, proofEntries, retryEntries } from "../../../shared/approval/fail.ts";
import { reopenEntries, reopenRefusalOf, returnEntries } from "../../../shared/approval/reopen.ts";
import { Fault, type FaultCode } from "../../../shared/connection/fault.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { type ApprovalRequest, instanceIdOf, settledEvent } from "../../../shared/request/request.ts";
import {
  aConnection,
  aRequest,
  DAY,
  followed,
  HOUR,
  later,
  MINUTE,
  NINE,
  PLATFORM,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applying,
  asked,
  asPerson,
  assessed,
  decided,
  failed,
  reopened,
  stranger,
  verified,
} from "../../fixtures/entries.ts";

const forbidden = new Fault("FORBIDDEN", "The client\ndoes not have authorization.", {
  armCode: "AuthorizationFailed",
  correlationId: "c-7",
});

describe("failureEntries", () => {
  test("say what ARM said, what a person can do, and when it is tried again", () => {
    expect(failureEntries(aRequest({}), forbidden, NINE)).toEqual([
      {
        kind: "failed",
        actor: { kind: "system" },
        correlationId: "c-7",
        code: "AuthorizationFailed",
        message: "The client does not have authorization.",
        hint: "Give the app's identity a role with Microsoft.ContainerService/managedClusters/privateEndpointConnections/write and the matching read actions on the cluster. A role that was granted just now needs up to ten minutes.",
        retryAt: later(HOUR),
        sentence:
          "Failed with AuthorizationFailed: The client does not have authorization. It is tried again after 2026-03-02 10:00 UTC. Give the app's identity a role with Microsoft.ContainerService/managedClusters/privateEndpointConnections/write and the matching read actions on the cluster. A role that was granted just now needs up to ten minutes.",
      },
    ]);
  });

  test("end ARM's sentence where ARM did not", () => {
    const [entry] = failureEntries(aRequest({}), new Fault("REFUSED", "The scope is locked"), NINE);

    expect(entry?.sentence).toContain("The scope is locked. It is tried again");
  });

  test.each<[FaultCode, RegExp | null]>([
    ["FORBIDDEN", /^Give the app's identity a role/],
    ["DENIED_BY_POLICY", /^An Azure Policy assignment denies this write/],
    ["THROTTLED", /^It is tried again by itself/],
    ["BUSY", /^It is tried again by itself/],
    ["UNREACHABLE", /^It is tried again by itself/],
    ["UNREADABLE", /^Something between the app and ARM/],
    ["BLOCKED", /^Do away with what ARM names/],
    ["REFUSED", null],
  ])("%s has a hint where we know one", (code, expected) => {
    const [entry] = failureEntries(aRequest({}), new Fault(code, "No."), NINE);

    if (entry?.kind !== "failed") throw new Error("it failed");
    expect(entry.code).toBe(code);
    if (expected === null) expect(entry.hint).toBeNull();
    else expect(entry.hint).toMatch(expected);
  });

  test("the pauses grow: an hour, four hours, then a day each time", () => {
    const pauses: number[] = [];
    let request = aRequest({});
    for (let n = 0; n < 4; n++) {
      request = followed(request, failureEntries(request, forbidden, NINE));
      pauses.push(Date.parse(request.closure?.failure?.retryAt ?? "") - Date.parse(NINE));
      request = followed(request, [reopened()]);
    }

    expect(pauses).toEqual([HOUR, 4 * HOUR, DAY, DAY]);
  });

  test("a request that is closed cannot fail", () => {
    expect(failureEntries(aRequest({}, anEntry.superseded), forbidden, NINE)).toEqual([]);
  });

  test("a message of a megabyte is kept short", () => {
    const [entry] = failureEntries(aRequest({}), new Fault("REFUSED", "x".repeat(1_000_000)), NINE);

    expect(JSON.stringify(entry).length).toBeLessThan(1_500);
  });
});

describe("delayEntries", () => {
  const held = new Fault("HELD", "The setting WRITES is off.");

  test("what goes on for four weeks, tried every five minutes, makes a dozen records", () => {
    let request = aRequest({}, decided());
    for (let ms = 0; ms < 28 * DAY; ms += 5 * MINUTE) {
      const at = later(ms);
      request = followed(request, delayEntries(request, held, { at, afterMs: 5 * MINUTE }), at);
    }

    expect(request.seq - 2).toBeGreaterThan(5);
    expect(request.seq - 2).toBeLessThan(20);
    expect(request.delay).toMatchObject({ code: "HELD", since: NINE });
  });

  test.each([
    ["a short pause is told nobody", 9_999, []],
    ["a longer one is", 10_000, ["delayed"]],
  ])("%s", (_name, afterMs, expected) => {
    const entries = delayEntries(aRequest({}), held, { at: NINE, afterMs });

    expect(entries.map(({ kind }) => kind)).toEqual(expected);
  });
});

describe("retryEntries", () => {
  const byRule = aRequest({}, assessed(), decided(), applying(), failed());
  const byPeople = aRequest({}, asked(), decided("approve", asPerson(ana)), applying(), failed());
  const bySilence = aRequest({}, asked(), decided("reject"), applying("Rejected"), failed());
  const early = aRequest({}, failed());

  test.each<[string, ApprovalRequest, "assessing" | "applying"]>([
    ["before any decision it is assessed again", early, "assessing"],
    ["a rule's decision is thought over again", byRule, "assessing"],
    ["people's decision stands", byPeople, "applying"],
    ["so does the one that their silence made", bySilence, "applying"],
  ])("%s", (_name, request, resume) => {
    expect(retryEntries(request, later(HOUR), "sweep")).toEqual([
      expect.objectContaining({ kind: "reopened", reason: "retry", resume }),
    ]);
    expect(followed(request, retryEntries(request, later(HOUR), "sweep"))).toMatchObject({
      state: resume,
      round: 2,
    });
  });

  test.each<[string, "sweep" | "message" | "event", number, boolean]>([
    ["a message, a minute after it failed", "message", 60_000, true],
    ["an event, a minute after it failed", "event", 60_000, true],
    ["a message, sooner", "message", 59_999, false],
    ["the sweep, a minute after it failed", "sweep", 60_000, false],
  ])("%s: %s after %i ms is %s", (_name, source, afterMs, expected) => {
    expect(retryEntries(byRule, later(afterMs), source).length > 0).toBe(expected);
  });

  test.each([
    [10, MINUTE],
    [11, 2 * MINUTE],
    [16, HOUR],
    [5_000, HOUR],
  ])("hints that never end do so ever more rarely: after %i failures in %i ms", (failures, pauseMs) => {
    const request = { ...aRequest({}, failed(later(DAY))), failures };

    const isTriedAfter = (ms: number) => retryEntries(request, later(ms), "event").length > 0;

    expect([isTriedAfter(pauseMs - 1), isTriedAfter(pauseMs)]).toEqual([false, true]);
  });

  test("not a moment before its pause is over", () => {
    expect(retryEntries(byRule, later(HOUR - 1), "sweep")).toEqual([]);
  });

  test.each([
    ["approved", aRequest({}, decided(), verified())],
    ["expired", aRequest({}, asked(), anEntry.expired)],
    ["superseded", aRequest({}, anEntry.superseded)],
    ["refused", aRequest({}, anEntry.refused)],
    ["waiting", aRequest({}, asked())],
    ["reopened already", followed(early, [reopened()])],
  ])("never what is %s", (_name, request) => {
    expect(retryEntries(request, later(9 * DAY), "sweep")).toEqual([]);
  });
});

describe("proofEntries: a request that failed although its write took effect", () => {
  const intent: Entry[] = [decided(), applying("Approved"), failed()];

  test.each([
    ["ARM shows the answer", aRequest({}, ...intent), "Approved", true],
    ["ARM shows the other one", aRequest({}, ...intent), "Rejected", false],
    ["ARM still shows Pending", aRequest({}, ...intent), "Pending", false],
    ["nothing was to be written yet", aRequest({}, decided(), failed()), "Approved", false],
    ["it did not fail", aRequest({}, decided(), applying(), anEntry.superseded), "Approved", false],
  ])("%s", (_name, request, status, expected) => {
    const entries = proofEntries(request, aConnection({ status }), NINE);

    expect(entries.length > 0).toBe(expected);
    if (expected) expect(followed(request, entries)).toMatchObject({ state: "applying", round: 2 });
  });

  test.each([
    ["and ARM shows it", "Approved", true],
    ["and somebody has changed the status since", "Rejected", false],
  ])("it was assessed again after the write, %s", (_name, status, expected) => {
    const request = aRequest({}, decided(), applying(), anEntry.resumed, failed());
    const message = "our words";

    const entries = proofEntries(request, aConnection({ status, message }), NINE);

    expect(entries.length > 0).toBe(expected);
    if (expected) expect(followed(request, entries)).toMatchObject({ state: "assessing", round: 2 });
  });
});

describe("reopening by an approver", () => {
  const expired = aRequest({}, assessed(), asked(), anEntry.expired);

  test("an expired request is assessed again, and people are asked again", () => {
    const request = followed(expired, reopenEntries(expired, ana));

    expect(request).toMatchObject({ state: "assessing", closure: null, round: 2, ask: null });
  });

  test("it is told who did it", () => {
    expect(reopenEntries(expired, ana)).toEqual([
      expect.objectContaining({
        actor: asPerson(ana),
        sentence: '"Ana" (00000000…) reopens the request.',
        reason: "expired",
      }),
    ]);
  });

  test.each<[string, ApprovalRequest, typeof ana, object]>([
    ["a stranger may not", expired, stranger, { code: "notAnApprover" }],
    [
      "nor where nobody was asked",
      aRequest({}, anEntry.superseded),
      ana,
      { code: "notExpired", state: "superseded" },
    ],
    [
      "nor what was rejected, for ARM would not have it",
      aRequest({}, asked(), decided("reject", asPerson(ana)), verified("Rejected")),
      ana,
      { code: "notExpired", state: "rejected" },
    ],
    [
      "nor what is assessed, for whom the policy asks is open until then",
      aRequest({}),
      stranger,
      { code: "notExpired", state: "assessing" },
    ],
    ["nor what still waits", aRequest({}, asked()), ana, { code: "notExpired", state: "waiting" }],
    [
      "nor what was reopened before them",
      followed(followed(expired, reopenEntries(expired, ana)), [asked()]),
      ana,
      { code: "notExpired", state: "waiting" },
    ],
  ])("%s", (_name, request, person, refusal) => {
    expect(reopenRefusalOf(request, person)).toEqual(refusal);
    expect(reopenEntries(request, person)).toEqual([]);
  });

  test("a group spelled in capitals is the same group", () => {
    expect(reopenRefusalOf(expired, { ...ana, groups: [PLATFORM.toUpperCase()] })).toBeNull();
  });
});

describe("a connection that is Pending again", () => {
  test.each([
    ["superseded", aRequest({}, asked(), anEntry.superseded)],
    ["approved", aRequest({}, decided(), verified())],
    ["rejected", aRequest({}, decided("reject"), verified("Rejected"))],
  ])("is taken up again after it was %s: its endpoint may have been created anew", (_name, request) => {
    expect(followed(request, returnEntries(request))).toMatchObject({ state: "assessing", round: 2 });
  });

  test.each([
    ["expired", aRequest({}, asked(), anEntry.expired)],
    ["refused", aRequest({}, anEntry.refused)],
    ["failed", aRequest({}, failed())],
    ["assessing", aRequest({})],
  ])("leaves alone what is %s", (_name, request) => {
    expect(returnEntries(request)).toEqual([]);
  });
});

test("each round has an orchestration of its own, which Durable takes as an instance id", () => {
  const request = aRequest({});

  expect(instanceIdOf(request)).toBe(request.id);
  expect(instanceIdOf(followed(request, [failed(), reopened()]))).toBe(`${request.id}-2`);
  expect(settledEvent(3)).toBe("settled-3");
});
