import { join } from "node:path";
import * as z from "zod";
import { CommandError } from "./errors.ts";
import { readJsonFile, writePrivateFile } from "./files.ts";
import { VirtualClock } from "./virtual-clock.ts";

const Kept = z.object({ aheadMs: z.int().min(0) });

const fileIn = (dataDir: string): string => join(dataDir, "virtual-clock.json");

/** How far the time in a data folder is ahead of the machine's, in milliseconds; 0 where it never was. */
export const keptAhead = (dataDir: string): number => readJsonFile(fileIn(dataDir), Kept)?.aheadMs ?? 0;

/** Tells others, before this clock goes so far ahead of the machine. */
export type TellOthers = (aheadMs: number) => Promise<void>;

/**
 * The virtual clock of a data folder, which goes on where it stood: what is kept there was written in its time.
 *
 * Undefined when the machine's time is asked for. Throws a CommandError when the folder is ahead of that, since all its
 * timers would come due days too late.
 */
export function openClock(
  dataDir: string,
  isVirtual: boolean,
  tellOthers: TellOthers = async () => undefined,
): VirtualClock | undefined {
  const aheadMs = keptAhead(dataDir);
  if (isVirtual) {
    const onAdvance = async (further: number): Promise<void> => {
      await tellOthers(further);
      writePrivateFile(fileIn(dataDir), JSON.stringify({ aheadMs: further }));
    };
    return new VirtualClock({ aheadMs, onAdvance });
  }
  if (aheadMs === 0) return undefined;
  throw new CommandError(
    `The time in ${dataDir} was put forward. Start this host with --virtual-clock again, or give it --data DIR.`,
  );
}
