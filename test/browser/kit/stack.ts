import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { newFolder, runCommand } from "../../journey/kit/processes.ts";
import { findChromium } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the running stack. */
    data: string;
  }
}

/**
 * `npm start` for all files together: one for each would take most of the time.
 * @param options more of `npm start`
 * @param settingsIn makes the app's settings for a folder of their own
 */
export const startsOne =
  (options: readonly string[], settingsIn: (folder: string) => Readonly<Record<string, string>>) =>
  async ({ provide }: TestProject): Promise<() => Promise<void>> => {
    findChromium();
    const folder = newFolder();
    const data = join(folder, "data");
    const command = runCommand("start.ts", ["--data", data, "--port", "0", ...options], settingsIn(folder));
    await command.says("\nready http://");
    provide("data", data);
    return async () => {
      command.process.kill("SIGINT");
      await command.ended;
      rmSync(folder, { recursive: true });
    };
  };
