import { existsSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../../infra/local/supervisor/endpoints.ts";
import {
  APP,
  endpointsFile,
  HELPERS,
  newFolder,
  PATIENCE,
  type Run,
  remove,
  run,
  START,
  startStack,
} from "./processes.ts";

/** What `| head` does when it has seen enough. */
function stopReading({ process }: Run): void {
  process.stdout?.destroy();
  onTestFinished(() => void process.kill());
}

function aFolder(): string {
  const folder = newFolder();
  onTestFinished(() => remove(folder));
  return folder;
}

describe("output that no one reads any more is no failure", { timeout: 2 * PATIENCE.timeout }, () => {
  test.each([...HELPERS.map(([file]) => file), "start.ts", "functions-host/main.ts"])(
    "of %s --help",
    async (file) => {
      const ran = run(file, ["--help"]);
      stopReading(ran);

      expect(await ran.ended).toBe(0);
      expect(ran.output()).toBe("");
    },
  );

  test("of npm start while it starts: nothing stays behind", async () => {
    const folder = aFolder();
    const started = run("start.ts", [...START, "--data", folder]);
    stopReading(started);

    expect(await started.ended).toBe(0);
    expect(started.output()).toBe("");
    expect(existsSync(endpointsFile(folder))).toBe(false);
  });

  test("of a running npm start, noticed when the app or a stand-in says something: all of it stops", async () => {
    const folder = aFolder();
    const stack = await startStack(folder);
    const { pids } = stack.endpoints();
    const said = stack.output();

    stopReading(stack);
    expect(await run("cli/sweep.ts", ["--data", folder]).ended).toBe(0);

    expect(await stack.ended).toBe(0);
    expect(stack.output()).toBe(said);
    expect(existsSync(endpointsFile(folder))).toBe(false);
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  });

  test("of npm run host", async () => {
    const host = run("functions-host/main.ts", ["--app", APP, "--port", "0", "--data", aFolder()]);
    stopReading(host);

    expect(await host.ended).toBe(0);
    expect(host.output()).toBe("");
  });
});
