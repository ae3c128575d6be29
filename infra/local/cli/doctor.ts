import { resolve } from "node:path";
import { DEMO_DIRECTORY } from "../entra/directory.ts";
import { UsageError } from "../kit/errors.ts";
import { didYouMean } from "../kit/suggest.ts";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";
import { findRunningStack, runningStack } from "../supervisor/endpoints.ts";
import { readSettings, recordKeys } from "../supervisor/settings.ts";
import { personToken } from "../world/tokens.ts";
import { type Around, REPOSITORY, runTools } from "./tools.ts";

const PEOPLE = DEMO_DIRECTORY.people.map(({ name }) => name);
/** They say that another deployment is meant. */
const ELSEWHERE = /^--(url|settings|subscription)(=|$)/;

/** Looks at the stack on this machine, as its app; or at another deployment, where one is named or none runs here. */
await runTools("shared/doctor/main.ts", ["as", "data"], async ({ as, data }, others) => {
  const folder = dataFolder(data ?? resolve(REPOSITORY, DEFAULT_DATA));
  const isHere = as !== undefined || data !== undefined;
  if (!isHere && (others.some((word) => ELSEWHERE.test(word)) || findRunningStack(folder) === undefined))
    return { options: [], env: process.env };
  const endpoints = runningStack(folder);
  const settings = readSettings(folder);
  const env: Around["env"] = { ...process.env, ...(settings && { RECORD_KEYS: recordKeys(settings) }) };
  if (as !== undefined && !PEOPLE.includes(as))
    throw new UsageError(`There is no "${as}" among ${PEOPLE.join(", ")}${didYouMean(as, PEOPLE)}`);
  if (as !== undefined) env.APPROVALS_TOKEN = await personToken(endpoints, as, endpoints.audience);
  return { options: [`--env-file=${folder.appSettings}`], env };
});
