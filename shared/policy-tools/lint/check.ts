import { readPolicyFile } from "../../policy/file/read-policy-file.ts";
import type { Problem } from "../../policy/file/report.ts";
import { Effort } from "./effort.ts";
import { idleFreeze } from "./idle-freeze.ts";
import { idleMode } from "./idle-mode.ts";
import { integrationsAlone } from "./integrations-alone.ts";
import { longReason } from "./long-reason.ts";
import { lostAuthContext } from "./lost-auth-context.ts";
import { lostEscalation } from "./lost-escalation.ts";
import { namedGroups, unusedApprovers, unusedIntegrations, unusedLists } from "./names.ts";
import { neverDecides } from "./never-decides.ts";
import { oddZone } from "./odd-zone.ts";
import { openNegation } from "./open-negation.ts";
import { sameBlocks, sameEntries, sameRules } from "./repetitions.ts";
import { unprovenConsumer } from "./unproven-consumer.ts";
import { doubts, type Warning } from "./warning.ts";
import { wrongForm } from "./wrong-form.ts";

/** All that the linter looks for. */
const WARNINGS: readonly Warning[] = [
  sameRules,
  sameBlocks,
  sameEntries,
  unprovenConsumer,
  openNegation,
  unusedLists,
  unusedApprovers,
  unusedIntegrations,
  namedGroups,
  idleMode,
  wrongForm,
  oddZone,
  longReason,
  integrationsAlone,
  lostAuthContext,
  doubts,
  // What takes longest is last: a file has one effort.
  lostEscalation,
  idleFreeze,
  neverDecides,
];

/**
 * What is wrong with a policy file and its list files: all errors; or, when there are none, what is allowed but hardly
 * meant so, as warnings. In the order of each file, the policy file first. Never throws.
 *
 * @param lists - the text of each list file, by its name as messages should show it
 */
export function checkPolicy(
  text: string,
  file: string,
  lists?: ReadonlyMap<string, string>,
): readonly Problem[] {
  const reading = readPolicyFile(text, file, lists);
  const { content, reports } = reading;
  if (content !== null) {
    const file = { ...reading, content, effort: new Effort() };
    for (const warning of WARNINGS) {
      for (const { report, at, message } of warning(file)) report.warn(at, message);
    }
  }
  return reports.flatMap(({ problems }) => problems);
}
