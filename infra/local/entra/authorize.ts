import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import {
  type AuthorizeRequest,
  type ReturnAddress,
  readAuthorizeRequest,
  returnAddressOf,
} from "./authorize-request.ts";
import { userPrincipalName } from "./directory.ts";
import { EntraError, secondFactorNeeded } from "./errors.ts";
import { askForPerson, askForSecondFactor } from "./pages.ts";
import { answerTo } from "./redirect-uri.ts";
import type { Reply } from "./reply.ts";
import type { Session } from "./sessions.ts";
import type { Tenant } from "./tenant.ts";

/** One visit to the sign-in page: opened by the app's redirect, or one of its buttons pressed. */
export interface Visit {
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What the form of the page sent; undefined when the page was only opened. */
  readonly form: URLSearchParams | undefined;
}

/** What Entra says of somebody who would rather not; no sentence and no number come with it. */
const WENT_BACK = { error: "access_denied", error_subcode: "cancel" };

/**
 * The authorization endpoint: shows the sign-in page, or sends the browser back with a code or a refusal.
 * @throws EntraError that must be shown here, because nobody vouches for the address
 */
export function authorize(tenant: Tenant, visit: Visit): Reply {
  const address = returnAddressOf(tenant.directory, visit.query);
  if (visit.form !== undefined) checkIsOurForm(tenant, visit.headers);
  try {
    const request = readAuthorizeRequest(tenant.directory, address.client, visit.query);
    const desk = { tenant, address, request };
    return visit.form === undefined ? open(desk, visit.headers) : press(desk, visit.headers, visit.form);
  } catch (error) {
    if (error instanceof EntraError) return refuse(tenant, address, error);
    throw error;
  }
}

/** Nobody's page but ours may sign people in: browsers say where a form came from. */
function checkIsOurForm({ url }: Tenant, { origin }: IncomingHttpHeaders): void {
  if (origin === url) return;
  throw new EntraError(165000, "The request tokens do not match the user context. Start again in the app.");
}

/** What one visit is about. */
interface Desk {
  readonly tenant: Tenant;
  readonly address: ReturnAddress;
  readonly request: AuthorizeRequest;
}

function open(desk: Desk, headers: IncomingHttpHeaders): Reply {
  const { prompt, loginHint } = desk.request;
  const session = desk.tenant.sessions.find(headers);
  const isExpected =
    session !== undefined && (loginHint === undefined || loginHint === userPrincipalName(session.person));
  if (prompt === "none") return answerSilently(desk, isExpected ? session : undefined);
  return isExpected && prompt === undefined ? goOn(desk, session) : askWho(desk);
}

function answerSilently(desk: Desk, session: Session | undefined): Reply {
  if (session === undefined) {
    throw new EntraError(50058, "A silent sign-in request was sent but no user is signed in.");
  }
  if (!isEnough(desk.request, session)) throw secondFactorNeeded();
  return giveCode(desk, session);
}

function press(desk: Desk, headers: IncomingHttpHeaders, form: URLSearchParams): Reply {
  const { directory, sessions } = desk.tenant;
  if (form.has("back")) return redirect(desk.address, WENT_BACK);
  const person = directory.people.find(({ name }) => name === form.get("person"));
  if (person !== undefined) return goOnAs(desk, headers, { person, hasSecondFactor: false });
  const session = sessions.find(headers);
  if (session === undefined || !form.has("second-factor")) return askWho(desk);
  return goOnAs(desk, headers, { ...session, hasSecondFactor: true });
}

const askWho = ({ tenant, address, request }: Desk): Reply =>
  askForPerson(tenant.directory.people, address, request.loginHint);

function goOnAs(desk: Desk, headers: IncomingHttpHeaders, session: Session): Reply {
  const cookie = desk.tenant.sessions.begin(headers, session);
  const reply = goOn(desk, session);
  return { ...reply, headers: { ...reply.headers, ...cookie } };
}

/** A person is there: asks for what else is wanted of them, or lets them through. */
function goOn(desk: Desk, session: Session): Reply {
  if (isEnough(desk.request, session)) return giveCode(desk, session);
  return askForSecondFactor(session.person, desk.address, desk.request.claims.contexts);
}

const isEnough = ({ claims }: AuthorizeRequest, { hasSecondFactor }: Session): boolean =>
  hasSecondFactor || claims.contexts.length === 0;

function giveCode({ tenant, address, request }: Desk, session: Session): Reply {
  const { asked, claims, nonce, challenge } = request;
  const { client, redirectUri } = address;
  const code = tenant.delegations.giveCode({
    delegation: { ...session, client, asked, claims, nonce },
    redirectUri,
    challenge,
  });
  tenant.log(`${session.person.name} signs in to ${client.name}`);
  return redirect(address, { code, session_state: randomUUID() });
}

function refuse(tenant: Tenant, address: ReturnAddress, refusal: EntraError): Reply {
  tenant.log(`refused: ${refusal.message}`);
  const { error, error_description, error_uri } = refusal.toBody(new Date());
  return redirect(address, { error, error_description, error_uri });
}

function redirect(
  { redirectUri, mode, state }: ReturnAddress,
  answer: Record<string, string | undefined>,
): Reply {
  return { status: 302, headers: { location: answerTo(redirectUri, mode, { ...answer, state }) } };
}
