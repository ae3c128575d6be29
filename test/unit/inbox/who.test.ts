import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Me } from "../../../functions/inbox/page/api.ts";
import { type Reply, refused, SIGNED_OUT, UNREACHABLE } from "../../../functions/inbox/page/reply.ts";
import { AGAIN_MS, askWho } from "../../../functions/inbox/page/who.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ana: Reply<Me> = { ok: true, value: { oid: "1", name: "Ana", roles: [], groups: [], missing: [] } };

/** What is told of these answers, the last of which comes again and again, and what ends the asking. */
function asking(...answers: readonly Reply<Me>[]) {
  const told: Reply<Me>[] = [];
  let asked = 0;
  const get = async () => answers[Math.min(asked++, answers.length - 1)] as Reply<never>;
  const end = askWho({ get }, (reply) => told.push(reply));
  return { told, asked: () => asked, end };
}

test.each([
  ["nobody answers", refused(UNREACHABLE, "The app does not answer.")],
  ["the app has a fault", refused("internal", "It has a fault.", 500)],
  ["sign-ins cannot be checked", refused("signInUnavailable", "Try again.", 503)],
])("where %s, that is told, and the page asks again until it knows", async (_why, refusal) => {
  const { told, asked } = asking(refusal, refusal, ana);

  await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);

  expect(told).toEqual([refusal, refusal, ana]);
  expect(asked()).toBe(3);
});

test.each([
  ["is signed out", refused(SIGNED_OUT, "Your sign-in has ended.", 401)],
  ["may not", refused("wrongClient", "Not with this app.", 403)],
])("nobody asks again for who %s", async (_who, refusal) => {
  const { told, asked } = asking(refusal, ana);

  await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);

  expect(told).toEqual([refusal]);
  expect(asked()).toBe(1);
});

test("nothing is asked or told after the end", async () => {
  const { told, asked, end } = asking(refused(UNREACHABLE, "The app does not answer."));
  await vi.advanceTimersByTimeAsync(0);

  end();
  await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);

  expect(told).toHaveLength(1);
  expect(asked()).toBe(1);
});
