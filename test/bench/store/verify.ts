import { startLookers } from "../../../shared/audit-tools/lookers.ts";
import { openFileArchive } from "../../../shared/audit-tools/open-for-reading.ts";
import { instant } from "../../../shared/connection/connection.ts";
import { digestSeals } from "../../../shared/evidence/digest.ts";
import type { DigestStore } from "../../../shared/evidence/port.ts";
import { verify } from "../../../shared/evidence/verify.ts";
import { KEYS } from "./workload.ts";

/** How fast `npm run audit -- verify` is once it has started. */
export interface VerifyFigures {
  readonly recordsPerSecond: number;
  /** By the processor time that all of its threads took: neighbours who are busy change less of it. */
  readonly recordsPerProcessorSecond: number;
}

const NO_DIGESTS: DigestStore = {
  numbers: async () => [],
  read: async () => null,
  write: async () => false,
};

/** Verifies all records of a store, as the command does; nothing may be wrong with them. */
export async function measureVerify(file: string, records: number): Promise<VerifyFigures> {
  const archive = openFileArchive(file);
  const lookers = startLookers({ kind: "sqlite", file }, archive, KEYS, () => undefined);
  const needs = { trails: archive.trails, digests: NO_DIGESTS, seals: digestSeals(KEYS), ...lookers };
  try {
    const [start, used] = [performance.now(), process.cpuUsage()];
    const { records: verified, counts } = await verify(
      { ...needs, maxAgeMs: Number.POSITIVE_INFINITY, now: () => instant(Date.now()) },
      null,
    );
    const { user, system } = process.cpuUsage(used);
    const seconds = (performance.now() - start) / 1_000;
    if (verified !== records || Object.keys(counts).length > 0)
      throw new Error(`Of ${records} records ${verified} were verified: ${JSON.stringify(counts)}.`);
    return {
      recordsPerSecond: records / seconds,
      recordsPerProcessorSecond: records / ((user + system) / 1_000_000),
    };
  } finally {
    archive.close();
    await lookers.end();
  }
}
