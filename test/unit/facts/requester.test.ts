import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Fault } from "../../../shared/connection/fault.ts";
import type { FactSources } from "../../../shared/facts/port.ts";
import { requesterIdOf } from "../../../shared/facts/requester.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { aConnection, aRequest, followed, HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import { ana, anEntry, asked, asPerson, decided, failed, reopened } from "../../fixtures/entries.ts";
import { aFactSources, DANA_ID } from "../../fixtures/fact-sources.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse(NINE) }));
afterEach(() => void vi.useRealTimers());

const request = aRequest({});
/** It was closed so, and is taken up again an hour after it was received. */
const again = (...entries: readonly Entry[]) => followed(aRequest({}, ...entries), [reopened()], later(HOUR));
const value = (value: string) => ({ kind: "value", value });
const unknown = (cause: string) => ({ kind: "unknown", cause });
const never = () => new Promise<never>(() => undefined);

const failing = (verb: "creations" | "creators", fault: unknown): FactSources => ({
  ...aFactSources(),
  [verb]: {
    of: async () => {
      throw fault;
    },
  },
});

describe("the person who asked, looked up again on its own", () => {
  test("is the creator of the private endpoint, by the object id", async () => {
    expect(await requesterIdOf(aFactSources(), request)).toEqual(value(DANA_ID));
  });

  test("is unknown where ARM names no endpoint, and nobody is asked", async () => {
    const of = vi.fn(never);
    const nameless = aRequest({ connection: aConnection({ endpoint: null }) });

    expect(await requesterIdOf({ ...aFactSources(), creations: { of } }, nameless)).toEqual(
      unknown("ARM did not name the connection's private endpoint"),
    );
    expect(of).not.toHaveBeenCalled();
  });

  test("is unknown when the creation is older than the request allows, whoever that was by", async () => {
    vi.setSystemTime(later(5 * MINUTE));
    const old = (ms: number) => aFactSources({ createdAt: later(-ms) });

    expect(await requesterIdOf(old(15 * MINUTE), request)).toEqual(value(DANA_ID));
    expect(await requesterIdOf(old(15 * MINUTE + 1), request)).toEqual(
      unknown("Azure's records: the creation on record is older than this request"),
    );
  });

  test.each<[string, number, number, boolean]>([
    ["at once when the request came right after the creation", 30_000, 0, true],
    ["not at once when there was time to delete the endpoint and to make another", 30_001, 0, false],
    ["not before a later creation would be on record", 30_001, 5 * MINUTE - 1, false],
    ["as soon as a later creation would be on record", 30_001, 5 * MINUTE, true],
    ["when the creation is after the request, for clocks differ", -MINUTE, 0, true],
  ])("is known %s", async (_when, agoMs, laterMs, isKnown) => {
    vi.setSystemTime(later(laterMs));
    const sources = aFactSources({ createdAt: later(-agoMs) });

    expect(await requesterIdOf(sources, request)).toEqual(
      isKnown
        ? value(DANA_ID)
        : unknown("Azure's records: the endpoint may have been made anew since the creation on record"),
    );
  });

  test.each<[string, ApprovalRequest]>([
    ["is Pending again", again(anEntry.superseded)],
    ["is asked about again after it expired", again(asked(), anEntry.expired)],
    ["is assessed again after a failure", again(failed())],
    ["has another message", followed(request, [anEntry.received], later(HOUR))],
  ])(
    "is not taken from the creation of before when the connection %s: somebody else may have made it anew",
    async (_what, takenUp) => {
      const sources = aFactSources({ createdAt: NINE });

      vi.setSystemTime(later(HOUR + 5 * MINUTE - 1));
      expect(await requesterIdOf(sources, takenUp)).toMatchObject({ kind: "unknown" });
      vi.setSystemTime(later(HOUR + 5 * MINUTE));
      expect(await requesterIdOf(sources, takenUp)).toEqual(value(DANA_ID));
    },
  );

  test("is who it was when what people decided is tried again", async () => {
    const decidedBefore = aRequest({}, asked(), decided("approve", asPerson(ana)), failed());
    const triedAgain = followed(decidedBefore, [reopened("applying")], later(HOUR));
    vi.setSystemTime(later(HOUR));

    expect(await requesterIdOf(aFactSources({ createdAt: NINE }), triedAgain)).toEqual(value(DANA_ID));
  });

  test.each<[string, FactSources, string]>([
    ["a source that refuses", failing("creations", new Fault("FORBIDDEN", "No.")), "FORBIDDEN: No."],
    ["a log that refuses", failing("creators", new Fault("FORBIDDEN", "No.")), "FORBIDDEN: No."],
    ["a source that breaks", failing("creators", "broken"), "broken"],
  ])("is unknown by %s, and nothing is thrown", async (_case, sources, cause) => {
    expect(await requesterIdOf(sources, request)).toEqual(unknown(`Azure's records: ${cause}`));
  });

  test.each(["creations", "creators"] as const)("is unknown after 5 s when %s never answer", async (verb) => {
    const found = requesterIdOf({ ...aFactSources(), [verb]: { of: never } }, request);

    await vi.advanceTimersByTimeAsync(5_000);

    expect(await found).toEqual(unknown("Azure's records: no answer within 5 s"));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is asked for once more when Azure is busy", async () => {
    const of = vi
      .fn(aFactSources().creators.of)
      .mockRejectedValueOnce(new Fault("THROTTLED", "Later.", { retryAfterMs: 100 }));
    const found = requesterIdOf({ ...aFactSources(), creators: { of } }, request);

    await vi.advanceTimersByTimeAsync(100);

    expect(await found).toEqual(value(DANA_ID));
  });
});
