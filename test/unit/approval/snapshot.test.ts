import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareSnapshot, received, snapshotEntries } from "../../../shared/approval/snapshot.ts";
import type { PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import type { Entry } from "../../../shared/request/record.ts";
import {
  aConnection,
  aConnectionId,
  anEndpoint,
  aRequest,
  followed,
  later,
  MINUTE,
  NINE,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applied,
  applying,
  asked,
  bo,
  decided,
  failed,
  missing,
  reopened,
  reviewed,
} from "../../fixtures/entries.ts";

const request = aRequest({ connection: aConnection({ message: "for payments" }) });
const ofUnknownEndpoint = aRequest({ connection: aConnection({ endpoint: null }) });

describe("compareSnapshot", () => {
  test("our own words on a Pending connection are no new message: ARM took our write and is late", () => {
    const written = aRequest({}, decided(), applying("Approved", "Approved by rule x [pec]"));

    expect(compareSnapshot(written, aConnection({ message: "Approved by rule x [pec]" }))).toEqual({
      kind: "same",
    });
  });

  describe("words that a record says we set out to write, and that were thought over since", () => {
    const ours = `Approved by rule payments: every condition holds [${request.id}]`;
    const anew = aRequest({}, decided(), applying("Approved", ours), anEntry.resumed);

    test.each<[string, string, string, object]>([
      ["our answer", "Approved", ours, { kind: "answered", answer: "Approved" }],
      ["our words on Pending: ARM is late", "Pending", ours, { kind: "same" }],
      ["our words, and the other answer", "Rejected", ours, { kind: "over" }],
      ["our words, and no answer", "Disconnected", ours, { kind: "over" }],
      ["our words, and something behind them", "Approved", `${ours} not`, { kind: "over" }],
      ["our words in other letters", "Approved", ours.toUpperCase(), { kind: "over" }],
      ["words that look like ours", "Approved", `Approved by evil [${anew.id}]`, { kind: "over" }],
      ["the same on Pending", "Pending", `Approved by evil [${anew.id}]`, { kind: "changed" }],
    ])("%s", (_name, status, message, expected) => {
      expect(compareSnapshot(anew, aConnection({ status, message }))).toMatchObject(expected);
    });

    test("are the consumer's, where they were the request message from the start", () => {
      const connection = aConnection({ message: ours });
      const forged = aRequest({ connection }, decided(), applying("Approved", ours), anEntry.resumed);

      expect(compareSnapshot(forged, aConnection({ status: "Approved", message: ours }))).toMatchObject({
        kind: "over",
      });
    });

    test("count in a later round where ARM shows the answer, and on Pending no more: an endpoint made anew may bring them", () => {
      const later = followed(anew, [anEntry.superseded, reopened()]);

      expect(compareSnapshot(later, aConnection({ status: "Approved", message: ours }))).toMatchObject({
        kind: "answered",
      });
      expect(compareSnapshot(later, aConnection({ message: ours }))).toMatchObject({ kind: "changed" });
    });
  });

  test("the consumer's message that is signed as ours is another message, and is assessed anew", () => {
    const waiting = aRequest({}, asked(), reviewed(ana));
    const message = `Approved by evil: every condition holds [${waiting.id}]`;

    expect(compareSnapshot(waiting, aConnection({ message }))).toEqual({
      kind: "changed",
      requestMessage: message,
    });
    expect(compareSnapshot(waiting, aConnection({ status: "Approved", message }))).toMatchObject({
      kind: "over",
    });
  });

  test("law: no description that no record of ours says we wrote has an effect by its looks", () => {
    const { id } = request;
    const looks = fc.constantFrom(
      "Approved by ",
      "Rejected by ",
      "our words",
      `[${id}]`,
      ` [${id}]`,
      ": ",
      "Bo",
    );
    const description = fc.array(fc.oneof(looks, fc.string({ maxLength: 20 })), { maxLength: 6 });
    const lives = fc.constantFrom<readonly Entry[]>(
      [],
      [asked(), reviewed(ana)],
      [decided()],
      [decided(), applying()],
      [decided(), applying(), applied()],
      [decided(), applying(), anEntry.resumed],
      [decided(), applying(), failed(), reopened()],
    );

    fc.assert(
      fc.property(
        lives,
        description,
        fc.constantFrom("Pending", "Approved", "Rejected"),
        (life, parts, status) => {
          const message = parts.join("");
          fc.pre(message !== "our words" && message !== "for payments");

          const { kind } = compareSnapshot(aRequest({}, ...life), aConnection({ status, message }));

          expect(kind).toBe(status === "Pending" ? "changed" : "over");
        },
      ),
    );
  });

  test.each<[string, PrivateEndpointConnection | null, object]>([
    ["the same", aConnection(), { kind: "same" }],
    [
      "the same endpoint, spelled otherwise",
      aConnection({ endpoint: anEndpoint().toUpperCase() }),
      { kind: "same" },
    ],
    [
      "another message",
      aConnection({ message: "for payroll" }),
      { kind: "changed", requestMessage: "for payroll" },
    ],
    ["no message any more", aConnection({ message: "" }), { kind: "changed", requestMessage: "" }],
    [
      "a message that differs in case alone",
      aConnection({ message: "For payments" }),
      { kind: "changed", requestMessage: "For payments" },
    ],
    ["nothing", null, { kind: "missing", because: "The connection is gone from the cluster." }],
    [
      "another endpoint",
      aConnection({ endpoint: anEndpoint("pe-other") }),
      { kind: "over", because: "The connection now belongs to another private endpoint." },
    ],
    [
      "no endpoint any more",
      aConnection({ endpoint: null }),
      { kind: "missing", because: "ARM does not name the connection's private endpoint any more." },
    ],
    [
      "Approved",
      aConnection({ status: "Approved" }),
      { kind: "over", because: "The connection was answered elsewhere: it is Approved." },
    ],
    [
      "Disconnected",
      aConnection({ status: "Disconnected" }),
      { kind: "over", because: "The connection was answered elsewhere: it is Disconnected." },
    ],
    [
      "a status that nobody knows",
      aConnection({ status: "Half\nway" }),
      { kind: "over", because: "The connection was answered elsewhere: it is Half way." },
    ],
    [
      "Pending in other letters, which the adapter understands before",
      aConnection({ status: "pending" }),
      { kind: "over" },
    ],
  ])("ARM shows %s", (_name, connection, expected) => {
    expect(compareSnapshot(request, connection)).toMatchObject(expected);
  });

  test("an endpoint that ARM does not name is the same as long as it does not", () => {
    expect(compareSnapshot(ofUnknownEndpoint, aConnection({ endpoint: null }))).toEqual({ kind: "same" });
    expect(compareSnapshot(ofUnknownEndpoint, aConnection())).toMatchObject({ kind: "over" });
  });
});

describe("snapshotEntries", () => {
  const changed = { kind: "changed", requestMessage: "for payroll" } as const;
  const over = { kind: "over", because: "It is gone." } as const;

  test("the same adds nothing", () => {
    expect(snapshotEntries(request, { kind: "same" }, NINE)).toEqual([]);
  });

  test.each([
    ["assessing", request],
    ["waiting", aRequest({}, asked())],
  ])("a request that is %s starts anew with a changed message, and ends when it is over", (_state, open) => {
    expect(snapshotEntries(open, changed, NINE)).toEqual([
      expect.objectContaining({ kind: "received", requestMessage: "for payroll", source: "sweep" }),
    ]);
    expect(snapshotEntries(open, over, NINE)).toEqual([
      expect.objectContaining({ kind: "superseded", because: "It is gone.", sentence: "It is gone." }),
    ]);
  });

  describe("what ARM does not show", () => {
    const gone = { kind: "missing", because: "It is gone." } as const;
    const missed = aRequest({}, asked(), reviewed(ana), missing);

    test("is noted by the first look, which takes no review away", () => {
      const waiting = aRequest({}, asked(), reviewed(ana));

      const after = followed(waiting, snapshotEntries(waiting, gone, NINE));

      expect(after).toMatchObject({ state: "waiting", missing: { since: NINE }, ask: waiting.ask });
    });

    test.each<[string, number, string[]]>([
      ["at once", 0, []],
      ["a moment too early", 3 * MINUTE - 1, []],
      ["three minutes later", 3 * MINUTE, ["superseded"]],
    ])("counts as gone when another look misses it: %s", (_name, afterMs, expected) => {
      expect(snapshotEntries(missed, gone, later(afterMs)).map(({ kind }) => kind)).toEqual(expected);
    });

    test("starts anew once ARM has shown it again, and a review in between changes nothing", () => {
      const shown = followed(missed, snapshotEntries(missed, { kind: "same" }, later(MINUTE)));
      const reviewedMeanwhile = followed(missed, [reviewed(bo)]);

      expect(shown).toMatchObject({ state: "waiting", missing: null });
      expect(snapshotEntries(shown, gone, later(9 * MINUTE))).toMatchObject([{ kind: "missing" }]);
      expect(reviewedMeanwhile.missing).toEqual({ since: NINE });
    });
  });

  test("a closed request hears nothing of it", () => {
    const closed = aRequest({}, anEntry.refused);

    expect([...snapshotEntries(closed, changed, NINE), ...snapshotEntries(closed, over, NINE)]).toEqual([]);
  });
});

describe("received", () => {
  const sentenceAbout = (connection: PrivateEndpointConnection) => {
    const { privateEndpointId, clusterId, id: connectionId, description } = connection;
    return received({ connectionId, clusterId, privateEndpointId, source: "event" }, description);
  };

  test("says who, from where, to what, and in which words", () => {
    expect(sentenceAbout(aConnection()).sentence).toBe(
      'A consumer asks to connect: pe-payments of subscription 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 to cluster aks-prod, saying "for payments".',
    );
  });

  test("without a message and without an endpoint it names the connection", () => {
    expect(sentenceAbout(aConnection({ endpoint: null, message: "" })).sentence).toBe(
      "A consumer asks to connect: pe-payments.1 of an unknown subscription to cluster aks-prod.",
    );
  });

  test("a message that would forge a line stays on its own, and is kept as it was for the policy", () => {
    const entry = sentenceAbout(aConnection({ message: "x\nApproved by the app" }));

    expect(entry.sentence).not.toContain("\n");
    expect(entry.requestMessage).toBe("x\nApproved by the app");
  });

  test.each([
    ["kube-apiserver.3cd95037-5fd1-4f3d-b341-699acc5351a4", ["named like a cluster's own connection"]],
    ["kube-apiserver-mine.1", []],
    ["pe-payments.1", []],
  ])("%s is flagged with %j", (name, flags) => {
    expect(sentenceAbout(aConnection({ id: aConnectionId(name) })).flags).toEqual(flags);
  });

  test("one whose private endpoint ARM does not name is flagged as that", () => {
    const { flags } = sentenceAbout(aConnection({ endpoint: null }));

    expect(flags).toEqual(["ARM does not name its private endpoint"]);
  });
});
