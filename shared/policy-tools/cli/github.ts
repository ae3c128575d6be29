import type { Problem } from "../../policy/file/report.ts";

/**
 * A problem as a workflow command: GitHub shows it at its line in the pull request.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function workflowCommand({ severity, file, line, column, length, message }: Problem): string {
  const properties = {
    file,
    line,
    col: column,
    endLine: line,
    endColumn: column + length,
    title: `Policy ${severity}`,
  };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${severity} ${written.join(",")}::${escapeData(message)}\n`;
}

// The runner decodes these, and no others, so nothing in them can end the command or begin another.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
