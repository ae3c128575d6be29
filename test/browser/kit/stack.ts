import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { newFolder, runCommand } from "../../journey/kit/processes.ts";
import { findChromium } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folders of the running stacks, one for each worker. */
    data: readonly string[];
  }
}

/** More of `npm start`, and the app's settings for a folder of their own. */
interface Start {
  readonly options: readonly string[];
  readonly settingsIn: (folder: string) => Readonly<Record<string, string>>;
}

/**
 * `npm start` for all files that a worker runs, one after the other: one for each file would take most of the time.
 * @param workers how many work side by side; none is to meet the harm that another one does
 */
export const starts =
  (workers: number, start: Start) =>
  async ({ provide }: TestProject): Promise<() => Promise<void>> => {
    findChromium();
    const stacks = await Promise.all(Array.from({ length: workers }, () => startOne(start)));
    provide(
      "data",
      stacks.map(({ data }) => data),
    );
    return async () => {
      await Promise.all(stacks.map(({ stop }) => stop()));
    };
  };

async function startOne({ options, settingsIn }: Start) {
  const folder = newFolder();
  const data = join(folder, "data");
  const command = runCommand("start.ts", ["--data", data, "--port", "0", ...options], settingsIn(folder));
  await command.says("\nready http://");
  const stop = async (): Promise<void> => {
    command.process.kill("SIGINT");
    await command.ended;
    rmSync(folder, { recursive: true });
  };
  return { data, stop };
}
