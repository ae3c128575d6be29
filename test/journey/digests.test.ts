import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { aStack } from "./stack.ts";

describe("digests", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({ DIGEST_SCHEDULE: "*/2 * * * * *" });

  test("are written by the timer, which fails where one was taken away, and goes on", async () => {
    const folder = join(stack.data, "app/audit.sqlite.digests");
    await stack.consumer.requests("pe-digested");
    await eventually(() => expect(stack.output()).toContain("Digest 2: "));

    const isTold = stack.says("Digests: Digest 1 is missing: somebody took away what was there.");
    rmSync(join(folder, "00000001.digest"));
    await isTold;

    await eventually(() =>
      expect(stack.output()).toContain("The digests have faults (1): Digest 1 is missing"),
    );
    expect(existsSync(join(folder, "00000001.digest"))).toBe(false);
    const before = readdirSync(folder).length;
    await eventually(() => expect(readdirSync(folder).length).toBeGreaterThan(before));
  });
});
