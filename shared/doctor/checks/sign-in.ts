import * as z from "zod";
import { ask } from "../ask.ts";
import type { Deployment } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";
import { known } from "../given.ts";

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Keys = z.object({ keys: z.array(z.json()).min(1) });
const Told = z.object({ issuer: z.string(), apiClientId: z.string() });

/** Whether tokens can be verified, and whether the app wants those that its settings say. */
export async function checkSignIn({ url, given }: Deployment): Promise<readonly Finding[]> {
  const told = url === null ? null : await toldBy(url);
  const { tenant, audience } = known(given);
  const ofTenant = tenant && `https://login.microsoftonline.com/${tenant}/v2.0`;
  const issuer = known(given).issuer ?? ofTenant ?? told?.issuer;
  if (issuer === undefined)
    return [
      findings("sign-in", "sign-in").unknown(
        "Nobody said whose tokens count.",
        "npm run doctor -- --url https://… or --settings settings.json",
      ),
    ];
  const found = [await lookAtIssuer(issuer)];
  if (told !== null && audience !== undefined) found.push(compare(told, { issuer, audience }));
  return found;
}

async function toldBy(url: string): Promise<z.infer<typeof Told> | null> {
  const answer = await ask(`${url}/api/sign-in`);
  return answer.kind === "answer" ? (Told.safeParse(answer.body).data ?? null) : null;
}

async function lookAtIssuer(issuer: string): Promise<Finding> {
  const { ok, fault } = findings("sign-in", `the issuer ${issuer}`);
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const next = `curl -s ${address}; compare TENANT_ID and SIGN_IN_ISSUER.`;
  const answer = await ask(address);
  if (answer.kind === "silence") return fault(answer.because, next);
  const discovery = Discovery.safeParse(answer.body);
  if (!discovery.success) return fault(`There is no discovery (${answer.status}).`, next);
  if (discovery.data.issuer !== issuer) return fault(`It calls itself ${discovery.data.issuer}.`, next);
  const keys = await ask(discovery.data.jwks_uri);
  if (keys.kind === "answer" && Keys.safeParse(keys.body).success) return ok("It publishes its keys.");
  return fault("Its keys cannot be read.", `curl -s ${discovery.data.jwks_uri}`);
}

function compare(
  told: z.infer<typeof Told>,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): Finding {
  const { ok, fault } = findings("sign-in", "the tokens that the app wants");
  const next = `az functionapp config appsettings set --name APP --resource-group GROUP --settings SIGN_IN_AUDIENCE=${audience}`;
  if (told.apiClientId.toLowerCase() !== audience)
    return fault(`It wants the audience ${told.apiClientId}, and the settings say ${audience}.`, next);
  if (told.issuer !== issuer)
    return fault(`It wants those of ${told.issuer}, and the settings say ${issuer}.`, next);
  return ok("They are those that the settings say.");
}
