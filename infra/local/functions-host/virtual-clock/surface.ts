import * as z from "zod";
import { parseJson } from "../../kit/json-text.ts";
import { CannotTellOthers, ImpossibleTime, NeverAtRest, type VirtualClock } from "../../kit/virtual-clock.ts";
import { type HttpCall, type HttpReply, type HttpSurface, jsonReply } from "../http/call.ts";
import type { Gate } from "../keys.ts";
import { parseTimeSpan } from "../time-span.ts";

const PATH = "/admin/clock";
/** Farther than any wait of an app; a slip of the finger would keep the machine busy for hours. */
const LONGEST_ADVANCE_MS = 3_653 * 86_400_000;

const USAGE =
  'Send {"advance":"7.00:00:00"} (days.hours:minutes:seconds) or {"to":"2026-12-24T00:00:00Z"}, one of the two, ' +
  "to go at most ten years ahead.";

const Advance = z.strictObject({
  advance: z.string().transform((text, context) => {
    const ms = parseTimeSpan(text);
    if (ms !== null) return ms;
    context.addIssue({ code: "custom", message: "no time span" });
    return z.NEVER;
  }),
});
const To = z.strictObject({ to: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) });
const Body = z.union([Advance, To]);

/**
 * The virtual clock from outside: GET tells the time, POST puts it forward and answers when everything that was woken
 * has come to rest. An addition of this host; Azure has no such thing.
 */
export function clockSurface(clock: VirtualClock | undefined, gate: Gate): HttpSurface {
  return {
    serves: (path) => path === PATH,
    answer: async (call) => {
      if (!gate.mayAdminister(call)) return { status: 401 };
      if (clock === undefined) {
        return problem(
          404,
          "The time here is the machine's. Start the host with --virtual-clock to change it.",
        );
      }
      if (call.method === "GET") return time(clock);
      return call.method === "POST" ? advance(clock, call) : { status: 404 };
    },
  };
}

async function advance(clock: VirtualClock, call: HttpCall): Promise<HttpReply> {
  const asked = Body.safeParse(parseJson((await call.body()).toString("utf8"))).data;
  if (asked === undefined) return problem(400, USAGE);
  const ms = "advance" in asked ? asked.advance : asked.to - clock.now();
  if (ms > LONGEST_ADVANCE_MS) return problem(400, USAGE);
  try {
    const woken = await ("advance" in asked ? clock.advance(asked.advance) : clock.advanceTo(asked.to));
    return time(clock, { woken });
  } catch (error) {
    if (error instanceof ImpossibleTime) return problem(400, error.message);
    if (error instanceof NeverAtRest) return problem(504, error.message);
    if (error instanceof CannotTellOthers) return problem(502, error.message);
    throw error;
  }
}

const time = (clock: VirtualClock, more: object = {}): HttpReply =>
  jsonReply(200, { now: new Date(clock.now()).toISOString(), aheadMs: clock.aheadMs(), ...more });

const problem = (status: number, message: string): HttpReply => jsonReply(status, { message });
