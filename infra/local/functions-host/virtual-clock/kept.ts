import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { writePrivateFile } from "../../kit/files.ts";
import { VirtualClock } from "../../kit/virtual-clock.ts";
import { StartError } from "../errors.ts";

const Kept = z.object({ aheadMs: z.int().min(0) });

const fileIn = (dataDir: string): string => join(dataDir, "virtual-clock.json");

/**
 * The virtual clock of a data folder, which goes on where it stood: what is kept there was written in its time.
 *
 * Undefined when the machine's time is asked for. Throws a StartError when the folder is ahead of that, since all its
 * timers would come due days too late.
 */
export function openClock(dataDir: string, isVirtual: boolean): VirtualClock | undefined {
  const aheadMs = keptAhead(dataDir);
  if (isVirtual) {
    const onAdvance = (further: number): void =>
      writePrivateFile(fileIn(dataDir), JSON.stringify({ aheadMs: further }));
    return new VirtualClock({ aheadMs, onAdvance });
  }
  if (aheadMs === 0) return undefined;
  throw new StartError(
    `The time in ${dataDir} was put forward. Start this host with --virtual-clock again, or give it --data DIR.`,
  );
}

function keptAhead(dataDir: string): number {
  const file = fileIn(dataDir);
  return existsSync(file) ? Kept.parse(JSON.parse(readFileSync(file, "utf8"))).aheadMs : 0;
}
