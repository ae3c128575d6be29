import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const CLOCK = fileURLToPath(new URL("../../../infra/local/cli/clock.ts", import.meta.url));
/** No stack was ever started here. */
const NOWHERE = ["--data", "/nonexistent/stack"];

const advance = (span: string) =>
  spawnSync(process.execPath, [CLOCK, "advance", span, ...NOWHERE], { encoding: "utf8", timeout: 30_000 });

test.each(["3654d", "999999d", "999999d999999d", "3653d1s"])(
  "nobody goes %s ahead by a slip of the finger",
  (span) => {
    const { stderr } = advance(span);

    expect(stderr).toMatch(/^advance goes at most 3653d ahead, which is ten years\./);
  },
);

test.each(["", "4", "0h", "4h ", "1.5h", "4H", "h", "1e3s"])("%j is no span", (span) => {
  const { stderr } = advance(span);

  expect(stderr).toMatch(/^advance wants a span such as 90s/);
});

test.each(["90s", "4h", "1d12h", "3653d"])("%s is one", (span) => {
  const { stderr } = advance(span);

  expect(stderr).not.toMatch(/^advance /);
});
