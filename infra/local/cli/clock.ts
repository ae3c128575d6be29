import { runCommand } from "../kit/command.ts";
import { UsageError } from "../kit/errors.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { clockOf, tellTime } from "../world/clock.ts";
import { DATA_HELP, DATA_OPTION } from "./options.ts";

const HELP = `Tells the time of a stack that was started with --virtual-clock, or puts it forward.

Usage: npm run clock                    tells the time
       npm run clock -- advance SPAN    puts it forward by 90s, 30m, 4h, 2d or 1d12h

Reminders, escalations and expiries happen at their times on the way, for the app, the cloud and tokens alike: who has
signed in for an hour must sign in again after two. Between two advances time runs as usual.

${DATA_HELP}`;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** So much at once, that something is heard of a long way. */
const STRIDE_MS = 6 * 3_600_000;
/** Ten years: farther than any wait of the app; a slip of the finger would keep the machine busy for hours. */
const LONGEST_DAYS = 3_653;

await runCommand({
  help: HELP,
  options: DATA_OPTION,
  async run(values, positionals) {
    const ms = advanceIn(positionals);
    const folder = dataFolder(values.data);
    const clock = clockOf(folder, runningStack(folder));
    if (ms === undefined) return console.log(tellTime(await clock.read()));
    for (let left = ms; left > 0; left -= STRIDE_MS)
      console.log(tellTime(await clock.advance(Math.min(left, STRIDE_MS))));
  },
});

/** Milliseconds; undefined where only the time is asked for. @throws UsageError */
function advanceIn([verb, span, ...more]: readonly string[]): number | undefined {
  if (verb === undefined) return undefined;
  if (verb !== "advance" || more.length > 0) throw new UsageError("Say nothing, or advance SPAN.");
  const parts = [...(span ?? "").matchAll(/(\d{1,6})([smhd])/g)];
  const ms = parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0);
  if (ms === 0 || parts.map(([text]) => text).join("") !== span)
    throw new UsageError(`advance wants a span such as 90s, 30m, 4h, 2d or 1d12h, not "${span ?? ""}".`);
  if (ms <= LONGEST_DAYS * 86_400_000) return ms;
  throw new UsageError(`advance goes at most ${LONGEST_DAYS}d ahead, which is ten years.`);
}
