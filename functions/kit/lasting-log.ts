import type { InvocationContext } from "@azure/functions";
import type { Log } from "./log-record.ts";

/** The log of an invocation; after its end, when the host takes no more lines of it, the worker's own, which the host takes too. */
export function lastingLog(context: InvocationContext): Log & { end(): void } {
  let isOver = false;
  const say =
    (level: keyof Log) =>
    (...words: unknown[]) => {
      if (!isOver) context[level](...words);
      else if (level !== "debug") process.stdout.write(`${words.join(" ")}\n`);
    };
  return {
    debug: say("debug"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    end: () => {
      isOver = true;
    },
  };
}
