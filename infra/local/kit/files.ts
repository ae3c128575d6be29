import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type * as z from "zod";
import { damaged, unusable } from "./unusable.ts";

/**
 * Writes a file that only this user may read. A reader, or a process killed half-way, sees the old content or the
 * new, never a part: the content goes to a neighbour first, and renaming is atomic.
 * @throws CommandError when the file cannot be written
 */
export function writePrivateFile(file: string, content: string): void {
  const neighbour = `${file}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(neighbour, content, { mode: 0o600, flag: "wx" });
    renameSync(neighbour, file);
  } catch (error) {
    rmSync(neighbour, { force: true });
    throw unusable(file, error);
  }
}

/** What one of our JSON files holds; undefined when there is none. @throws CommandError when it cannot be used */
export function readJsonFile<S extends z.ZodType>(file: string, schema: S): z.infer<S> | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(file, error);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unusable(file, error);
  }
}
