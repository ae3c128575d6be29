import { describe, expect, test } from "vitest";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const SEED = "20261122";
const numbers = Array.from({ length: 10 }, (_, index) => index + 1);

describe(`activities run twice, results are lost, messages come twice: --chaos ${SEED}`, {
  timeout: TIMEOUT_MS,
}, () => {
  const stack = aStack({}, ["--chaos", SEED, "--verbose"]);
  const { consumer, api } = stack;

  test("requests that a rule settles are each answered once, and their trails have no hole and no duplicate", async () => {
    const names = numbers.map((n) => `${n % 3 === 0 ? "pe-sandbox" : "pe-trusted"}-${n}`);

    await Promise.all(names.map((name) => consumer.requests(name)));

    const status = (name: string) => (name.startsWith("pe-sandbox") ? "Rejected" : "Approved");
    await Promise.all(names.map((name) => settlesOnce(stack, name, BY_RULE, status(name))));
  });

  test("so are those that people settle", async () => {
    const names = numbers.map((n) => `${n % 2 === 0 ? "pe-either" : "pe-asked"}-${n}`);
    await Promise.all(names.map((name) => consumer.requests(name)));
    await Promise.all(names.map((name) => trailBecomes(stack, name, ASKED)));

    await Promise.all(names.map((name) => api.reviews("ana", name, "approve")));

    await Promise.all(names.map((name) => settlesOnce(stack, name, [...ASKED, ...ANSWERED])));
  });

  test("and those that two teams settle, whose people answer at the same moment", async () => {
    const names = numbers.slice(0, 5).map((n) => `pe-both-${n}`);
    await Promise.all(names.map((name) => consumer.requests(name)));
    await Promise.all(names.map((name) => trailBecomes(stack, name, ASKED)));

    await Promise.all(
      names.flatMap((name) => [api.reviews("ana", name, "approve"), api.reviews("bo", name, "approve")]),
    );

    await Promise.all(names.map((name) => settlesOnce(stack, name, [...ASKED, "reviewed", ...ANSWERED])));
  });

  test("and all of this happened while troubles were made", () => {
    const troubles = stack.output().match(/Chaos: .*/g) ?? [];

    expect(troubles.length).toBeGreaterThan(20);
  });
});
