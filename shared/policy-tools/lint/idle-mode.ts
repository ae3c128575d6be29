import { type Finding, findingAt, type Warning } from "./warning.ts";

/** Rules whose own mode changes nothing. */
export const idleMode: Warning = (file) =>
  file.content.rules.flatMap((rule): Finding[] => {
    const isOwn = file.content.mode === "enforce" && rule.mode === "approveOnly";
    if (!isOwn || rule.outcome.kind !== "approve") return [];
    const message = `mode approveOnly says nothing here: rule "${rule.name}" approves, and goes on doing so`;
    return [findingAt(rule, message, file)];
  });
