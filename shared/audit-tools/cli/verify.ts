import { parseSettings } from "../../config.ts";
import { instant } from "../../connection/connection.ts";
import { digestSeals } from "../../evidence/digest.ts";
import { DAMAGES, type Damage, type Finding } from "../../evidence/finding.ts";
import { type Verification, verify } from "../../evidence/verify.ts";
import { type Command, parse, toJson, UsageError } from "../../policy-tools/cli/command.ts";
import { startLookers } from "../lookers.ts";
import { openArchive } from "../open-for-reading.ts";
import { digestsOf, PERIOD, PLACES, PLACES_HELP, periodOf, recordKeys, storeOf } from "./places.ts";
import { progressTo } from "./progress.ts";

const DEFAULT_SHOWN = 20;

const HELP = `Adds up all records, and says whether they are as the app wrote them and as its digests know them.

Usage: npm run audit -- verify [options]

  --from MOMENT           only the requests to which something was added from then on, like 2026-11-30
  --to MOMENT             and before then, a day with all of its hours; all of their records are added up
${PLACES_HELP}
  --show N                how many faults are told, the first of each trail (default ${DEFAULT_SHOWN}, at most 100)
  --json                  the result as JSON

It needs RECORD_KEYS, with every key that ever sealed a record. Exit codes: 0 all is as it was written, 1 it is not, 2
wrong usage, or something that cannot be read.
`;

/** `audit verify`. */
export const verifyCommand: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values } = parse(args, {
      ...PLACES,
      ...PERIOD,
      json: { type: "boolean" },
      show: { type: "string" },
    });
    const [period, shown] = [periodOf(values), shownIn(values.show)];
    const address = storeOf(values, io);
    const keys = recordKeys(io);
    const { DIGEST_MAX_AGE } = parseSettings(io.env, { needed: ["DIGEST_MAX_AGE"] });
    const digests = digestsOf(values, address, io);
    const store = await openArchive(address, io);
    const progress = progressTo(io, "records");
    const lookers = startLookers(address, store, keys, progress.add);
    try {
      const needs = { trails: store.trails, digests, seals: digestSeals(keys), maxAgeMs: DIGEST_MAX_AGE };
      const now = () => instant(Date.now());
      const result = await verify({ ...needs, ...lookers, now }, period);
      io.out(values.json === true ? toJson(jsonOf(result, shown)) : textOf(result, shown));
      return result.findings.length === 0 ? 0 : 1;
    } finally {
      progress.end();
      store.close();
      await lookers.end();
    }
  },
};

function shownIn(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SHOWN;
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new UsageError(`--show must be a number up to 100, not "${text}".`);
}

const jsonOf = ({ findings, ...result }: Verification, shown: number) => ({
  sound: findings.length === 0,
  ...result,
  findings: findings.slice(0, shown),
});

function textOf(result: Verification, shown: number): string {
  const { trails, records, digests, provedUntil, findings, counts } = result;
  const looked = `${counted(trails, "request")}, ${counted(records, "record")} and ${counted(digests, "digest")} looked at`;
  const proved =
    provedUntil === null
      ? "There is no digest yet: until there is one, nobody could tell that the end of a trail was cut off."
      : `The newest digest speaks until ${provedUntil}: of what was added later, nobody could tell that it was cut off.`;
  if (findings.length === 0) return `${looked}: all is as the app wrote it.\n${proved}\n`;
  const left = total(counts) - Math.min(shown, findings.length);
  const lines = findings.slice(0, shown).map(({ sentence }: Finding) => sentence);
  return [
    ...lines,
    ...(left > 0 ? [`... and ${left} more.`] : []),
    `${looked}: not all is as the app wrote it (${summary(counts)}).`,
    "",
  ].join("\n");
}

const summary = (counts: Verification["counts"]): string =>
  (Object.keys(DAMAGES) as Damage[])
    .flatMap((what) => (counts[what] === undefined ? [] : [`${counts[what]} ${DAMAGES[what]}`]))
    .join(", ");

const total = (counts: Verification["counts"]): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const counted = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
