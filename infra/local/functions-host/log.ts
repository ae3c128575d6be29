/** The levels of Azure Functions, least severe first. */
export const LOG_LEVELS = ["trace", "debug", "information", "warning", "error", "critical", "none"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One log call. The category is what host.json's `logging.logLevel` names: `Function.approve.User`, `Host.Startup`. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly category: string;
  readonly message: string;
}

export type Log = (entry: LogEntry) => void;

/** What the host says about itself, below `Host.<part>`. */
export type HostLog = (level: LogLevel, message: string) => void;

export const hostLog =
  (log: Log, part: string): HostLog =>
  (level, message) =>
    log({ level, category: `Host.${part}`, message });

const SHORT: Record<LogLevel, string> = {
  trace: "trace",
  debug: "debug",
  information: "info ",
  warning: "warn ",
  error: "error",
  critical: "crit ",
  none: "none ",
};

/**
 * `HH:MM:SS.mmm level [function] message`, in UTC, without the ending newline.
 *
 * Further lines of a message are indented and control characters are shown as escapes, so that logged input can
 * neither look like a line of its own nor command the terminal.
 */
export function formatLogLine({ level, category, message }: LogEntry, at: Date): string {
  const [root, name] = category.split(".");
  const label = root === "Function" && name !== undefined ? name : "host";
  return `${at.toISOString().slice(11, 23)} ${SHORT[level]} [${label}] ${harmless(message).replaceAll("\n", "\n    ")}`;
}

/** Shows control characters as escapes; line feeds and tabs stay. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  return text.replace(/\r\n/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/**
 * Which entries are worth a line: what functions say at information and above, what the host says at warning and above.
 *
 * `configured` is host.json's `logging.logLevel`: the longest matching category wins. Its `default` is meant for
 * functions; it can make the host quieter but not louder. `verbose` shows everything from debug on.
 */
export function levelFilter(
  configured: Record<string, LogLevel>,
  verbose: boolean,
): (entry: LogEntry) => boolean {
  const fallback = configured.default ?? "information";
  const forHost = rank(fallback) > rank("warning") ? fallback : "warning";
  const thresholdOf = (category: string): number => {
    const usual = /^Function\..*\.User$/.test(category) ? fallback : forHost;
    return rank(verbose ? "debug" : (mostSpecific(configured, category) ?? usual));
  };
  // Asked several times for each invocation, and there are no more categories than functions and parts of the host.
  const thresholds = new Map<string, number>();
  return ({ level, category }) => {
    if (level === "none") return false;
    const threshold = thresholds.get(category) ?? thresholdOf(category);
    thresholds.set(category, threshold);
    return rank(level) >= threshold;
  };
}

function mostSpecific(configured: Record<string, LogLevel>, category: string): LogLevel | undefined {
  for (let prefix = category; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
    const level = configured[prefix];
    if (level !== undefined) return level;
  }
  return undefined;
}

const rank = (level: LogLevel): number => LOG_LEVELS.indexOf(level);
