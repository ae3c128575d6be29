/** Who killed npm waits no longer than this until we notice. */
const LOOK_MS = 500;

/**
 * Ends this process politely when the shell has gone in which npm runs it. npm hands a SIGTERM on to that shell alone, and
 * many shells die of it without a word to what they run, which would stay behind and keep its ports.
 */
export function endWithShell(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  looking.unref();
}
