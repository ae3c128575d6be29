import * as z from "zod";
import { placeOf } from "../approvals-cli/place.ts";
import { NoAnswer } from "../approvals-cli/problems.ts";
import { azToken } from "../approvals-cli/token.ts";
import { ClusterScope } from "../connection/arm-id.ts";
import { type ExitCode, type Io, parse, toJson, UsageError } from "../policy-tools/cli/command.ts";
import { credentialIn } from "../policy-tools/cli/credential.ts";
import { armBy } from "./arm.ts";
import type { Deployment } from "./deployment.ts";
import { examine } from "./examine.ts";
import { givenIn, known } from "./given.ts";
import { render, sumOf } from "./render.ts";

const HELP = `Looks whether the app has what it needs, names what is missing, and the command that mends it. Changes nothing.

Usage: npm run doctor -- [options]

  --url URL               the deployed app (default: APPROVALS_URL, else PUBLIC_URL)
  --settings FILE         its settings: what az functionapp config appsettings list prints, or a local.settings.json
                          (default: the environment)
  --subscription ID       where its clusters are; may be given several times (default: CLUSTER_SCOPES)
  --consumer ID           a consumer's subscription; may be given several times
  --app ID                ARM id of the functions app (default: APP_ID, as azd has it)
  --principal ID          object id of its identity (default: APP_PRINCIPAL_ID, as azd has it)
  --data DIR, --as PERSON the stack on this machine, and one of its people (default: the one on .local, if it runs)
  --json                  the findings as JSON
  --help                  this text

Azure is asked as who is signed in to az, or as the app where this runs within it; the app's own API with the token in
APPROVALS_TOKEN, or that of az. Exit codes: 0 no fault, 1 a fault, 2 wrong usage. What could not be looked at is unknown, not
a fault: read the last line.
`;

const OPTIONS = {
  url: { type: "string" },
  settings: { type: "string" },
  subscription: { type: "string", multiple: true },
  consumer: { type: "string", multiple: true },
  app: { type: "string" },
  principal: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Runs one command line, without the program's name. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const { values, positionals } = parse(args, OPTIONS);
    if (values.help === true) {
      io.out(HELP);
      return 0;
    }
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}" belongs to no option.`);
    const found = await examine(deploymentIn(values, io), (check) => io.err(`looking at ${check}\n`));
    io.out(values.json === true ? toJson({ version: 1, ...sumOf(found), findings: found }) : render(found));
    return found.some(({ state }) => state === "fault") ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`${error.message}\nTry: npm run doctor -- --help\n`);
    return 2;
  }
}

type Values = ReturnType<typeof parse<typeof OPTIONS>>["values"];

/** @throws a `UsageError` */
function deploymentIn(values: Values, io: Io): Deployment {
  const { env } = io;
  const given = givenIn(values.settings, io);
  const { scopes, url: publicUrl, armEndpoint = AZURE, armAudience = AZURE } = known(given);
  const url = values.url ?? env.APPROVALS_URL ?? publicUrl;
  const credential = credentialIn(env);
  const subscriptions = (values.subscription ?? []).map((id) => guidOf("subscription", id));
  return {
    given,
    scopes:
      subscriptions.length === 0
        ? scopes
        : subscriptions.map((id) => ClusterScope.parse(`/subscriptions/${id}`)),
    consumers: (values.consumer ?? []).map((id) => guidOf("consumer", id)),
    appId: siteIn(values.app ?? env.APP_ID),
    principal: idIn(values.principal ?? env.APP_PRINCIPAL_ID),
    isApp: Boolean(env.IDENTITY_ENDPOINT),
    credential,
    arm: armBy({ endpoint: armEndpoint, audience: armAudience, credential }),
    url: url ? placeOf({ url }, io) : null,
    token: async (audience) => tokenIn(audience, io),
  };
}

const AZURE = "https://management.azure.com";

async function tokenIn(audience: string, io: Io) {
  if (io.env.APPROVALS_TOKEN) return { token: io.env.APPROVALS_TOKEN };
  try {
    return { token: await azToken(audience, io) };
  } catch (error) {
    if (error instanceof NoAnswer) return { because: error.message };
    throw error;
  }
}

function guidOf(option: string, text: string): string {
  const id = z.guid().toLowerCase().safeParse(text);
  if (id.success) return id.data;
  throw new UsageError(`--${option} must be a GUID, not "${text}".`);
}

const idIn = (text: string | undefined): string | null => (text ? guidOf("principal", text) : null);

const SITE =
  /^\/subscriptions\/[^/?#]+\/resourceGroups\/[^/?#]+\/providers\/Microsoft\.Web\/sites\/[^/?#]+$/i;

function siteIn(text: string | undefined): string | null {
  if (!text) return null;
  if (SITE.test(text)) return text;
  throw new UsageError(`--app must be the ARM id of a functions app, not "${text}".`);
}
