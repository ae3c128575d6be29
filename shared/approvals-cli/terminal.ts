import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Instant, instant } from "../connection/connection.ts";
import type { Io } from "../policy-tools/cli/command.ts";
import { processIo } from "../policy-tools/cli/program.ts";

/** The terminal that a command was typed in, and whoever sits there. */
export interface Terminal extends Io {
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Where times are local to; undefined: the machine's own zone. */
  readonly timeZone: string | undefined;
  /** Asks, and waits for a line. */
  ask(question: string): Promise<string>;
  now(): Instant;
  pause(ms: number): Promise<void>;
  /** Shows an address in a browser, if there is a display; whether it could is nobody's business. */
  browse(url: string): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env, platform } = process;
  return {
    ...processIo(),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    // https://no-color.org: set to anything.
    hasColour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb",
    timeZone: undefined,
    ask: async (question) => {
      const lines = createInterface({ input: stdin, output: stderr });
      // Who closes the input says nothing.
      const closed = once(lines, "close").then(() => "");
      const answer = await Promise.race([lines.question(question), closed]);
      lines.close();
      return answer;
    },
    now: () => instant(Date.now()),
    pause: (ms) => pause(ms),
    browse: (url) => {
      const opener = openerOn(platform, env);
      if (opener !== null) start(opener, url);
    },
  };
}

/** What opens an address, as a command that takes it; null where there is no display. */
export function openerOn(platform: NodeJS.Platform, env: Io["env"]): readonly [string, ...string[]] | null {
  switch (platform) {
    case "darwin":
      return ["open"];
    case "win32":
      // `start` is a word of the shell, and takes the first quoted word for a title.
      return ["cmd", "/c", "start", ""];
    default:
      return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : null;
  }
}

/** Not waited for, and never missed. */
function start([command, ...args]: readonly [string, ...string[]], url: string): void {
  const browser = spawn(command, [...args, url], { detached: true, stdio: "ignore" });
  browser.once("error", () => undefined);
  browser.unref();
}
