import { resolve } from "node:path";
import { DEMO_DIRECTORY } from "../entra/directory.ts";
import { UsageError } from "../kit/errors.ts";
import { didYouMean } from "../kit/suggest.ts";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { personToken } from "../world/tokens.ts";
import { type Around, REPOSITORY, runTools } from "./tools.ts";

const PEOPLE = DEMO_DIRECTORY.people.map(({ name }) => name);

/** What needs nobody to be signed in: help, and the address of the inbox or of a request by its whole id. */
const isAnonymous = ([verb, ...rest]: readonly string[]): boolean =>
  verb === undefined ||
  /^(?:--help|-h|help)$/.test(verb) ||
  rest.some((word) => word === "--help" || word === "-h") ||
  (verb === "open" && rest.every((word) => word.startsWith("-") || /^pec-[0-9a-f]{32}$/i.test(word)));

const asItIs: Around = { options: [], env: process.env };

/** Answers requests as one of the people of the stack on this machine; or, where an app is named, as who one is there. */
await runTools("shared/approvals-cli/main.ts", ["as", "data"], ({ as, data }, others) => {
  const isHere = as !== undefined || data !== undefined;
  const isElsewhere = others.some((word) => word === "--url" || word.startsWith("--url="));
  if (isHere && isElsewhere)
    throw new UsageError("--as and --data are for the stack on this machine, --url is for another app.");
  const needsNone = isAnonymous(others) && others[0] !== "open";
  const isNamed = isElsewhere || (!isHere && Boolean(process.env.APPROVALS_URL));
  return needsNone || isNamed ? asItIs : aroundStack(as, data, others);
});

async function aroundStack(
  as: string | undefined,
  data: string | undefined,
  others: readonly string[],
): Promise<Around> {
  const endpoints = runningStack(dataFolder(data ?? resolve(REPOSITORY, DEFAULT_DATA)));
  const env = { ...process.env, APPROVALS_URL: endpoints.app };
  if (as === undefined) {
    if (isAnonymous(others) || process.env.APPROVALS_TOKEN) return { options: [], env };
    throw new UsageError(
      `Say who you are: --as ${PEOPLE.join(", or ")}. For a deployed app: --url https://…`,
    );
  }
  if (!PEOPLE.includes(as))
    throw new UsageError(`There is no "${as}" among ${PEOPLE.join(", ")}${didYouMean(as, PEOPLE)}`);
  const token = await personToken(endpoints, as, endpoints.audience);
  return { options: [], env: { ...env, APPROVALS_TOKEN: token } };
}
