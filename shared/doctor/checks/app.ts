import * as z from "zod";
import { ask } from "../ask.ts";
import type { Deployment } from "../deployment.ts";
import { type CheckName, type Finding, findings } from "../finding.ts";
import { known } from "../given.ts";

const Health = z.object({ troubles: z.array(z.object({ code: z.string(), sentence: z.string() })) });
const Told = z.object({ apiClientId: z.guid() });
const Me = z.object({
  name: z.string(),
  roles: z.array(z.string()),
  missing: z.array(z.object({ code: z.string(), sentence: z.string() })),
});
const Policy = z.object({
  hash: z.string(),
  mode: z.string(),
  approvals: z.enum(["on", "off"]),
  writes: z.enum(["on", "off"]),
  switches: z.object({
    file: z.object({ problem: z.object({ because: z.string() }).nullable() }),
  }),
  refused: z.object({ problems: z.array(z.string()) }).nullable(),
  lastLookFailed: z.object({ because: z.string() }).nullable(),
});
const Problem = z.object({ code: z.string(), detail: z.string().default("") });

const NO_URL = ["Nobody said where the app is.", "npm run doctor -- --url https://…"] as const;

/** What ails the app, as it says itself; where to look then is by the same name in the runbook. */
export async function checkHealth({ url }: Deployment): Promise<readonly Finding[]> {
  const { ok, warning, fault, unknown } = findings("health", "what the app says of itself");
  if (url === null) return [unknown(...NO_URL)];
  const answer = await ask(`${url}/api/health`);
  const look = `curl -s ${url}/api/health`;
  if (answer.kind === "silence")
    return [
      fault(`Nothing answers at ${url}: ${answer.because}`, `${look}; see Does not start in docs/runbook.md`),
    ];
  const health = Health.safeParse(answer.body);
  if (answer.status !== 200 || !health.success)
    return [fault(`It is not ready (${answer.status}).`, `${look}; see Does not start in docs/runbook.md`)];
  const { troubles } = health.data;
  if (troubles.length === 0) return [ok("Nothing ails it.")];
  return troubles.map(({ code, sentence }) =>
    warning(`${code}: ${sentence}`, `see ${code} in docs/runbook.md`),
  );
}

/** Whether a token of whoever asks is taken, and whether it has what it takes to work. */
export async function checkToken(deployment: Deployment): Promise<readonly Finding[]> {
  const { ok, warning, fault } = findings("token", "your token for the app");
  const said = await asked(deployment, "token", "me", Me);
  if ("finding" in said) return [said.finding];
  const { name, roles, missing } = said.value;
  if (missing.length === 0) return [ok(`${name} has ${roles.join(", ")}.`)];
  return missing.map(({ code, sentence }) =>
    (code === "noRole" || code === "noScope" ? fault : warning)(
      `${code}: ${sentence}`,
      `${ASSIGN} (${code})`,
    ),
  );
}

const ASSIGN =
  "Entra, Enterprise applications, the approvals API, Users and groups: assign a role or a group";

/** Which policy is in force, and whether a newer one was refused. */
export async function checkPolicy(deployment: Deployment): Promise<readonly Finding[]> {
  const { ok, warning, fault } = findings("policy", "the policy in force");
  const said = await asked(deployment, "policy", "policy", Policy);
  if ("finding" in said) return [said.finding];
  const { hash, mode, approvals, writes, switches, refused, lastLookFailed } = said.value;
  if (refused !== null)
    return [
      fault(
        `A newer one was refused: ${refused.problems[0] ?? "see the log"}`,
        "npm run policy -- check policy.yaml",
      ),
    ];
  if (lastLookFailed !== null)
    return [
      fault(
        `It cannot be read: ${lastLookFailed.because}`,
        "Compare the setting POLICY with what is deployed.",
      ),
    ];
  const { problem } = switches.file;
  if (problem !== null)
    return [
      fault(`switches.json cannot be read: ${problem.because}`, "Mend it: until then it stops everything."),
    ];
  const says = `${hash.slice(0, 12)} in mode ${mode}.`;
  if (approvals === "off")
    return [
      warning(
        `${says} The kill switch is on, so everything asks people.`,
        'When it is over: KILL_SWITCH=off, and "killSwitch":"off" in switches.json',
      ),
    ];
  if (writes === "off")
    return [
      warning(
        `${says} Nothing is written to Azure.`,
        'When it is over: WRITES=on, and "writes":"on" in switches.json',
      ),
    ];
  return [ok(says)];
}

type Said<T> = { readonly value: T } | { readonly finding: Finding };

/** Asks the app as who is signed in. */
async function asked<T>(
  { url, token, given }: Deployment,
  check: CheckName,
  path: string,
  schema: z.ZodType<T>,
): Promise<Said<T>> {
  const { fault, unknown } = findings(
    check,
    check === "token" ? "your token for the app" : "the policy in force",
  );
  if (url === null) return { finding: unknown(...NO_URL) };
  const audience = known(given).audience ?? (await audienceOf(url));
  if (audience === null)
    return { finding: unknown("The app does not say what it is called.", `curl -s ${url}/api/sign-in`) };
  const got = await token(audience);
  if ("because" in got)
    return { finding: unknown(got.because, "az login, or put a token into APPROVALS_TOKEN") };
  const answer = await ask(`${url}/api/${path}`, { headers: { authorization: `Bearer ${got.token}` } });
  if (answer.kind === "silence") return { finding: unknown(answer.because, `curl -s ${url}/api/health`) };
  const parsed = schema.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return { value: parsed.data };
  const { code = "", detail = "" } = Problem.safeParse(answer.body).data ?? {};
  const says = `The app answers ${answer.status} ${code}: ${detail}`;
  // Who has no role is told so by the check of the token.
  if (check !== "token") return { finding: unknown(says, "See the check token.") };
  return {
    finding: fault(
      says,
      "az account get-access-token --resource AUDIENCE; compare SIGN_IN_AUDIENCE, TENANT_ID and SIGN_IN_ISSUER.",
    ),
  };
}

async function audienceOf(url: string): Promise<string | null> {
  const answer = await ask(`${url}/api/sign-in`);
  return answer.kind === "answer" ? (Told.safeParse(answer.body).data?.apiClientId ?? null) : null;
}
