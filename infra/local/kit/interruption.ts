import { endWithShell } from "./shell-gone.ts";
import { whenUnread } from "./unread.ts";

/**
 * Aborts at Ctrl-C, at a polite kill, when the terminal closes and when the reader of our output has gone. Repeats change
 * nothing: npm passes Ctrl-C on.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => controller.abort());
  }
  whenUnread(() => controller.abort());
  endWithShell();
  return controller.signal;
}
