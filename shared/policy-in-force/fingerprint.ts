import { createHash } from "node:crypto";
import type { PolicyFiles } from "./port.ts";

/** The same for the same files, to the last byte; tells whether anything changed, not whether it means something else. */
export const fingerprintOf = ({ file, text, lists }: PolicyFiles): string =>
  createHash("sha256")
    .update(JSON.stringify([file, text, ...[...lists].toSorted(([a], [b]) => (a < b ? -1 : 1))]))
    .digest("hex");
