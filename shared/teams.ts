import type { SettingProblem } from "./setting-kinds.ts";
import { conversationsIn, TEAMS_BOT_NAMED, TEAMS_BOT_SETTINGS } from "./teams-bot.ts";
import {
  TEAMS_WORKFLOW_NAMED,
  TEAMS_WORKFLOW_SETTINGS,
  type WorkflowAddress,
  workflowsIn,
} from "./teams-workflows.ts";

/** What the app is told of Teams. */
export const TEAMS_SETTINGS = { ...TEAMS_WORKFLOW_SETTINGS, ...TEAMS_BOT_SETTINGS };
/** The settings whose names go on. */
export const TEAMS_NAMED = [TEAMS_WORKFLOW_NAMED, TEAMS_BOT_NAMED];

interface TeamsChannels {
  /** Addresses of workflows by channel of the policy: `teams`, `platform-duty`. */
  readonly workflows: ReadonlyMap<string, WorkflowAddress>;
  /** Ids of the conversations in which the bot speaks, likewise. No channel is in both. */
  readonly conversations: ReadonlyMap<string, string>;
  readonly problems: readonly SettingProblem[];
}

/** By what people hear in Teams. */
export function teamsIn(environment: Readonly<Record<string, string | undefined>>): TeamsChannels {
  const { addresses: workflows, problems } = workflowsIn(environment);
  const bot = conversationsIn(environment, workflows);
  return { workflows, conversations: bot.conversations, problems: [...problems, ...bot.problems] };
}
