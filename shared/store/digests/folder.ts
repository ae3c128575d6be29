import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DigestStore } from "../../evidence/port.ts";
import { nameOf, numbersIn } from "./names.ts";

/**
 * Digests as files in a folder, which is made when the first one is written. A digest is there as a whole or not at all,
 * also after a power cut: it is written under another name, and becomes one when it is on the disk.
 */
export function folderDigests(folder: string): DigestStore {
  const pathOf = (number: number) => join(folder, nameOf(number));
  const read = (number: number) => orElse("ENOENT", null, () => readFile(pathOf(number), "utf8"));
  return {
    numbers: async () => numbersIn(await orElse("ENOENT", [], () => readdir(folder))),
    read,
    write: async (number, text) => {
      await mkdir(folder, { recursive: true });
      const draft = join(folder, `.${randomUUID()}`);
      try {
        await writeDurably(draft, text);
        const isNew = await orElse("EEXIST", false, async () => {
          // Unlike a rename, it does not replace what is there.
          await link(draft, pathOf(number));
          await sync(folder);
          return true;
        });
        return isNew || (await read(number)) === text;
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

/** Read-only, as a hint to whoever comes by. */
const MODE = 0o444;

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What work comes to, or something else where it fails with a code of Node. */
async function orElse<T>(code: string, other: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return other;
    throw error;
  }
}
