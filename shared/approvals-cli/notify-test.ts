import * as z from "zod";
import { type Command, parse, toJson } from "../policy-tools/cli/command.ts";
import { shown } from "../view/index.ts";
import { apiAt } from "./api.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import { textOf } from "./render.ts";
import { type Paint, paintOn, toned } from "./style.ts";
import { type Cell, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Sends a test by each channel of the app, and tells what came of it. Needs the role Approver: it disturbs others.

Usage: npm run approvals -- notify-test [CHANNEL...] [options]

  CHANNEL                 only by this one, such as teams or webhook-tickets; may be repeated
${PLACE_HELP}

A test says that it is one, and is about no request. "accepted": the other side took it. "refused": it did not, or was not
reached; the sentence says what to do. "unknown": it cannot be known from here, so look there. Exit codes: 0 no channel
refused it, 1 one did, 2 wrong usage, or no answer.
`;

const Reply = z.object({
  id: z.string(),
  channels: z.array(
    z.object({
      channel: z.string(),
      result: z.enum(["accepted", "refused", "unknown"]),
      sentence: z.string(),
    }),
  ),
});
type Reply = z.infer<typeof Reply>;

/** `approvals notify-test`. */
export const notifyTestOn = (terminal: Terminal): Command => ({
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parse(args, PLACE);
    const body = positionals.length === 0 ? {} : { channels: positionals };
    const reply = await apiAt(values, terminal).post("notify-tests", body, Reply);
    terminal.out(values.json ? toJson(reply) : textOf(linesOf(reply, paintOn(terminal))));
    return reply.channels.some(({ result }) => result === "refused") ? 1 : 0;
  },
});

const TONES = { accepted: "good", refused: "bad", unknown: "waiting" } as const;

function linesOf({ id, channels }: Reply, paint: Paint): readonly string[] {
  const headings = ["CHANNEL", "RESULT", "WHAT"].map(
    (text): Cell => ({ text, painted: (cell) => paint("dim", cell) }),
  );
  const rows = channels.map(({ channel, result, sentence }): Cell[] => [
    { text: shown(channel) },
    { text: result, painted: (cell) => toned(paint, TONES[result], cell) },
    { text: shown(sentence) },
  ]);
  return [`The test is called ${shown(id)}.`, ...table([headings, ...rows])];
}
