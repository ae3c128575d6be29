import { resolve } from "node:path";
import { fingerprintOf } from "./fingerprint.ts";
import { type FoundPolicy, readPolicyFiles } from "./policy-files.ts";
import type { PolicySource } from "./port.ts";
import { type Look, QUIET_MS, twoLooks } from "./two-looks.ts";

interface Options {
  /** Path of the policy. */
  readonly file: string;
  /** Unix time in ms. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

/**
 * A policy in a file, with the lists beside it: one set, of which all or nothing counts.
 *
 * Editors empty a file before they write it, the first half of a policy can be a sound policy that lacks its reject
 * rules, and a policy may be saved before its lists. So what is new counts only when a second look, a second later, finds
 * the same; only the first look, for which the start of the app waits, believes the times of the last changes. Slower
 * writers must write elsewhere and rename.
 */
export function fileSource({ file, now, pause }: Options): PolicySource {
  let known: string | null = null;
  return {
    read: async () => {
      const begunAt = now();
      const isKnown = ({ fingerprint, changedAt }: FileLook) =>
        known === null ? begunAt - changedAt >= QUIET_MS : fingerprint === known;
      const seen = await twoLooks({ look: () => lookAt(file), isKnown, pause });
      if (seen === null) throw new Error(`${resolve(file)} is still being written.`);
      known = seen.fingerprint;
      return seen.files;
    },
  };
}

type FileLook = FoundPolicy & Look;

async function lookAt(file: string): Promise<FileLook> {
  const found = await readPolicyFiles(file, READING);
  return { ...found, fingerprint: fingerprintOf(found.files) };
}

/** Errors show the whole path: readers of the log do not see in which folder the app was started. */
const READING = { cwd: ".", shown: (path: string) => resolve(path), pipes: "refused" } as const;
