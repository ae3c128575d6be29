import { resolve } from "node:path";
import { fingerprintOf } from "./fingerprint.ts";
import { type FoundPolicy, readPolicyFiles } from "./policy-files.ts";
import type { PolicyFiles, PolicySource } from "./port.ts";

/** A file that stayed as it is for so long counts as whole. */
const QUIET_MS = 1_000;
const MAX_WAITS = 5;

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
 * writers must write elsewhere and rename. What cannot be read counts as missing when it cannot be read a second later
 * either: it may have been about to be replaced.
 */
export function fileSource({ file, now, pause }: Options): PolicySource {
  let known: string | null = null;

  const settle = ({ files, fingerprint }: Look): PolicyFiles => {
    known = fingerprint;
    return files;
  };
  return {
    read: async () => {
      const begunAt = now();
      let seen = await lookAt(file).catch(orThrow(false));
      if (seen?.isWhole) {
        const isKnown = known === null ? begunAt - seen.changedAt >= QUIET_MS : seen.fingerprint === known;
        if (isKnown) return settle(seen);
      }
      for (let waits = 0; waits < MAX_WAITS; waits++) {
        await pause(QUIET_MS);
        const before = seen;
        seen = await lookAt(file).catch(orThrow(before === null));
        if (seen?.isWhole && seen.fingerprint === before?.fingerprint) return settle(seen);
      }
      throw new Error(`${resolve(file)} is still being written.`);
    },
  };
}

/** What a look that failed comes to: nothing, unless the one before it had failed, too. */
const orThrow =
  (hadFailed: boolean) =>
  (error: unknown): null => {
    if (hadFailed) throw error;
    return null;
  };

interface Look extends FoundPolicy {
  readonly fingerprint: string;
}

async function lookAt(file: string): Promise<Look> {
  const found = await readPolicyFiles(file, READING);
  return { ...found, fingerprint: fingerprintOf(found.files) };
}

/** Errors show the whole path: readers of the log do not see in which folder the app was started. */
const READING = { cwd: ".", shown: (path: string) => resolve(path), pipes: "refused" } as const;
