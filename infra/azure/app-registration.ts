import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { noPositionals, runCommand } from "../local/kit/command.ts";
import { CommandError } from "../local/kit/errors.ts";
import { azToken } from "./kit/az.ts";
import { applyAll } from "./registration/apply.ts";
import { graphClient } from "./registration/graph-client.ts";
import { leftAlone } from "./registration/left.ts";
import { graphEndpoint, HELP, OPTIONS, wantedBy } from "./registration/options.ts";
import { changesOf, inWords } from "./registration/plan.ts";
import { readState, type State } from "./registration/state.ts";
import { told } from "./registration/told.ts";
import { type Who, whoIs } from "./registration/who.ts";

/** Nobody registers in another tenant than the one that azd deploys to. */
function checkTenant({ tenant }: Who): void {
  const { AZURE_TENANT_ID: meant } = process.env;
  if (meant && meant.toLowerCase() !== tenant)
    throw new CommandError(
      `The sign-in is for tenant ${tenant}, and AZURE_TENANT_ID is ${meant}. Sign in with: az login --tenant ${meant}`,
    );
}

/** The app's settings that come of it, as they are known so far. */
const settingsOf = ({ applications: { api, inbox } }: State): Readonly<Record<string, string>> => ({
  ...(api !== null && { SIGN_IN_AUDIENCE: api.appId }),
  ...(inbox !== null && { INBOX_CLIENT_ID: inbox.appId }),
});

const run = promisify(execFile);

async function setInAzd(settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await run("azd", ["env", "set", name, value]).catch((cause: unknown) => {
      throw new CommandError(`azd did not take ${name}. Set it yourself: azd env set ${name} ${value}`, {
        cause,
      });
    });
}

await runCommand({
  help: HELP,
  options: OPTIONS,
  async run(values, positionals) {
    noPositionals(positionals);
    const wanted = wantedBy(values);
    const otherwise = "Or put a token for Microsoft Graph into GRAPH_TOKEN.";
    const endpoint = graphEndpoint();
    const token = process.env.GRAPH_TOKEN || (await azToken(["--resource-type", "ms-graph"], otherwise));
    const who = whoIs(token);
    checkTenant(who);
    const graph = graphClient({ endpoint, token });
    const before = await readState(graph, wanted);
    const changes = changesOf(before, wanted);
    const say = (line: string) => (values.json ? undefined : console.error(line));
    const after = values.apply
      ? await applyAll(graph, before, wanted, (write) => say(`${inWords(write)} ...`))
      : before;
    const settings = settingsOf(after);
    if (values.apply && values.azd) await setInAzd(settings);
    const outcome = { who, changes, left: leftAlone(after, wanted), settings, isApplied: values.apply };
    const { isApplied, ...others } = outcome;
    console.log(values.json ? JSON.stringify({ ...others, applied: isApplied }, null, 2) : told(outcome));
  },
});
