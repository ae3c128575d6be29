import { run } from "../../../shared/approvals-cli/run.ts";
import type { Terminal } from "../../../shared/approvals-cli/terminal.ts";
import { instant } from "../../../shared/connection/connection.ts";

/** What a command line said, what it asked, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly questions: readonly string[];
  readonly browsed: readonly string[];
}

interface Sitting {
  /** What whoever sits there types; nobody sits there without. */
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly hasColour?: boolean;
  /** By how much the machine's clock is wrong. */
  readonly aheadMs?: number;
}

/** Runs a command line at a terminal on which pauses pass at once. */
export async function typed(
  args: readonly string[],
  { answers, env = {}, hasColour = false, aheadMs = 0 }: Sitting = {},
): Promise<Ended> {
  const [said, complained, questions, browsed]: [string[], string[], string[], string[]] = [[], [], [], []];
  const left = [...(answers ?? [])];
  let ahead = aheadMs;
  const terminal: Terminal = {
    cwd: process.cwd(),
    env: { PATH: process.env.PATH, ...env },
    out: (text) => void said.push(text),
    err: (text) => void complained.push(text),
    readStdin: async () => "",
    isInteractive: answers !== undefined,
    hasColour,
    timeZone: "Europe/Oslo",
    ask: async (question) => {
      questions.push(question);
      return left.shift() ?? "";
    },
    now: () => instant(Date.now() + ahead),
    pause: async (ms) => {
      ahead += ms;
    },
    browse: (url) => void browsed.push(url),
  };
  const code = await run(args, terminal);
  return { code, out: said.join(""), err: complained.join(""), questions, browsed };
}
