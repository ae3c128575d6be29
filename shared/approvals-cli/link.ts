import * as z from "zod";
import { Instant } from "../connection/connection.ts";
import { type Command, parse, toJson, UsageError } from "../policy-tools/cli/command.ts";
import { shown } from "../view/index.ts";
import { apiAt } from "./api.ts";
import { findId } from "./find.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import type { Terminal } from "./terminal.ts";
import { localTime } from "./time.ts";

const HELP = `Makes a link that shows somebody what is asked who has no role here. Whoever has it sees that, without a sign-in, and
can do nothing. That you made it is kept.

Usage: npm run approvals -- link ID [options]

  ID                      of the request, or its beginning
  --for SPAN              for how long, like 30m, 2h or 3d, which is the longest (default 1d); never longer than people
                          may answer
${PLACE_HELP}
`;

const Made = z.object({
  id: z.string(),
  link: z.string(),
  request: z.string(),
  asked: z.int(),
  expiresAt: Instant,
});

const MINUTES = { m: 1, h: 60, d: 24 * 60 } as const;
const MAX_MINUTES = 3 * MINUTES.d;

/** @throws UsageError */
function minutesOf(span: string | undefined): number | undefined {
  if (span === undefined) return undefined;
  const [, count = "0", unit = "m"] = /^(\d{1,4})([mhd])$/.exec(span) ?? [];
  const minutes = Number(count) * MINUTES[unit as keyof typeof MINUTES];
  if (minutes >= 1 && minutes <= MAX_MINUTES) return minutes;
  throw new UsageError(`--for must be like 30m, 2h or 3d, and three days at most; not "${span}".`);
}

/** `approvals link`. */
export const linkOn = (terminal: Terminal): Command => ({
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parse(args, { ...PLACE, for: { type: "string" } });
    const minutes = minutesOf(values.for);
    const api = apiAt(values, terminal);
    const id = await findId(api, positionals);
    const made = await api.post(`requests/${id}/links`, minutes === undefined ? {} : { minutes }, Made);
    terminal.out(values.json ? toJson(made) : `${shown(made.link)}\n`);
    if (!values.json)
      terminal.err(
        `It is good until ${localTime(made.expiresAt, terminal.timeZone)}, or until something else is asked. Whoever has it sees the request: send it to nobody else.\n`,
      );
    return 0;
  },
});
