import { DEMO_DIRECTORY } from "../entra/directory.ts";
import { runCommand } from "../kit/command.ts";
import { UsageError } from "../kit/errors.ts";
import { didYouMean } from "../kit/suggest.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { appToken, personToken } from "../world/tokens.ts";
import { DATA_HELP, DATA_OPTION } from "./options.ts";

const PEOPLE = DEMO_DIRECTORY.people.map((person) => person.name);
/** Those that may do something in the app on their own. */
const APPS = DEMO_DIRECTORY.applications.filter(({ roles }) => roles !== undefined);
const NAMES = [...PEOPLE, ...APPS.map(({ name }) => name)];

const HELP = `Signs a demo person or a demo app in and prints the access token, which is good for an hour.

Usage: npm run --silent token -- NAME [options]

  NAME                    ${PEOPLE.join(", ")}; or an app, by itself: ${APPS.map(({ name }) => name).join(", ")}
  --audience URI          what the token is for (default: the app's API)
  --scope NAME            what may be done with it, such as Approvals.Read; may be given several times (default: all); not for apps
${DATA_HELP}`;

await runCommand({
  help: HELP,
  options: { audience: { type: "string" }, scope: { type: "string", multiple: true }, ...DATA_OPTION },
  async run(values, positionals) {
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0)
      throw new UsageError(`Name one person or app: ${NAMES.join(", ")}.`);
    if (!NAMES.includes(name))
      throw new UsageError(`There is no "${name}" among ${NAMES.join(", ")}${didYouMean(name, NAMES)}`);
    const endpoints = runningStack(dataFolder(values.data));
    const audience = values.audience ?? endpoints.audience;
    const app = APPS.find((one) => one.name === name);
    if (app !== undefined && values.scope !== undefined)
      throw new UsageError("An app's own token has no scopes: what it may do are its roles.");
    console.log(
      app === undefined
        ? await personToken(endpoints, name, audience, values.scope)
        : await appToken(endpoints, app, audience),
    );
  },
});
