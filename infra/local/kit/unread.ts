/**
 * Calls `then` when the reader of our output has gone, as `| head` does when it has seen enough: that is no failure, and
 * without a listener Node ends the process with a stack. It may be called more than once.
 */
export function whenUnread(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      then();
    });
  }
}
