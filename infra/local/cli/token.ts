import { DEMO_DIRECTORY } from "../entra/directory.ts";
import { runCommand } from "../kit/command.ts";
import { UsageError } from "../kit/errors.ts";
import { didYouMean } from "../kit/suggest.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { personToken } from "../world/tokens.ts";
import { DATA_HELP, DATA_OPTION } from "./options.ts";

const PEOPLE = DEMO_DIRECTORY.people.map((person) => person.name);

const HELP = `Signs a demo person in and prints the access token, which is good for an hour.

Usage: npm run --silent token -- PERSON [options]

  PERSON                  ${PEOPLE.join(", ")}
  --audience URI          what the token is for (default: the app's API)
  --scope NAME            what may be done with it, such as Approvals.Read; may be given several times (default: all)
${DATA_HELP}`;

await runCommand({
  help: HELP,
  options: { audience: { type: "string" }, scope: { type: "string", multiple: true }, ...DATA_OPTION },
  async run(values, positionals) {
    const [person, ...more] = positionals;
    if (person === undefined || more.length > 0)
      throw new UsageError(`Name one person: ${PEOPLE.join(", ")}.`);
    if (!PEOPLE.includes(person))
      throw new UsageError(`There is no "${person}" among ${PEOPLE.join(", ")}${didYouMean(person, PEOPLE)}`);
    const endpoints = runningStack(dataFolder(values.data));
    const audience = values.audience ?? endpoints.audience;
    console.log(await personToken(endpoints, person, audience, values.scope));
  },
});
