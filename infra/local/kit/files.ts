import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file that only this user may read. A reader, or a process killed half-way, sees the old content or the
 * new, never a part: the content goes to a neighbour first, and renaming is atomic.
 */
export function writePrivateFile(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const neighbour = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(neighbour, content, { mode: 0o600, flag: "wx" });
    renameSync(neighbour, file);
  } finally {
    rmSync(neighbour, { force: true });
  }
}
