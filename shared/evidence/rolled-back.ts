import type { Finding } from "./finding.ts";
import type { Presence } from "./tally.ts";

/** A single trail that was cut off is no sign that all were. */
const FEW = 2;

/**
 * Whether the whole store was put back to an earlier state: then digests that follow one another list trails that went
 * on, and of what each of them is the first to list nothing is left. Null when it does not look like that.
 */
export function rolledBack(presence: ReadonlyMap<number, Presence>): Finding | null {
  const digests = [...presence].filter(([, { heads }]) => heads > 0).sort(([one], [other]) => one - other);
  const isLost = digests.map(([, { heads, lost }]) => heads === lost);
  const start = isLost.indexOf(true);
  const end = isLost.lastIndexOf(true);
  const gone = digests.slice(start, end + 1);
  const heads = gone.reduce((sum, [, one]) => sum + one.heads, 0);
  if (start < 0 || heads < FEW || isLost.slice(start, end + 1).includes(false)) return null;
  const [first, last] = [gone[0]?.[0] ?? 0, gone.at(-1)?.[0] ?? 0];
  const which = first === last ? `digest ${first} lists` : `digests ${first} to ${last} list`;
  return {
    what: "rolledBack",
    requestId: null,
    seq: null,
    digest: first,
    sentence: `The whole store was put back to what it was before digest ${first}: of ${heads} records that ${which} first, none is there.`,
  };
}
