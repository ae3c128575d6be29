import { describe, expect, test } from "vitest";
import { RETRY_DELAYS_MS } from "../../../../infra/local/event-grid/constants.ts";
import { type Attempt, nextStep } from "../../../../infra/local/event-grid/retry.ts";

const NOW = 1_000_000;
const HOUR_MS = 3_600_000;
const failed: Attempt = { kind: "answered", status: 500 };
const gone: Attempt = { kind: "unreachable", detail: "ECONNREFUSED" };
const tries = { attempts: 0, unreachable: 0, publishedAt: NOW };
const step = (attempt: Attempt, before = {}, now = NOW) =>
  nextStep(attempt, { ...tries, ...before }, RETRY_DELAYS_MS, now);

describe("after an attempt to deliver", () => {
  test.each([200, 201, 202, 203, 204])("HTTP %i is success", (status) => {
    expect(step({ kind: "answered", status })).toEqual({ kind: "done" });
  });

  test.each([205, 301, 404, 408, 429, 500, 503])("HTTP %i is tried again", (status) => {
    expect(step({ kind: "answered", status })).toMatchObject({ kind: "retry", tries: { attempts: 1 } });
  });

  test.each([400, 401, 403, 413])("HTTP %i is never tried again", (status) => {
    expect(step({ kind: "answered", status })).toMatchObject({ kind: "deadLetter", reason: "NotRetriable" });
  });

  test.each([
    [0, 10],
    [1, 30],
    [2, 60],
    [3, 300],
    [4, 600],
    [5, 1800],
    [6, 3600],
    [20, 3600],
  ])("with %i failures before, the next wait is %i seconds", (attempts, seconds) => {
    expect(step(failed, { attempts })).toMatchObject({ kind: "retry", dueAt: NOW + seconds * 1000 });
  });

  test("an endpoint that is not there is looked for every second, ten times, before the schedule begins", () => {
    expect(step(gone, { unreachable: 9 })).toMatchObject({
      dueAt: NOW + 1000,
      tries: { attempts: 0, unreachable: 10 },
    });
    expect(step(gone, { unreachable: 10 })).toMatchObject({
      dueAt: NOW + 10_000,
      tries: { attempts: 1, unreachable: 10 },
    });
  });

  test("thirty attempts or a day are the end", () => {
    expect(step(failed, { attempts: 29 })).toMatchObject({
      kind: "deadLetter",
      reason: "MaxDeliveryAttemptsExceeded",
    });
    expect(step(failed, { attempts: 9 }, NOW + 23.5 * HOUR_MS)).toMatchObject({
      kind: "deadLetter",
      reason: "TimeToLiveExceeded",
    });
  });
});
