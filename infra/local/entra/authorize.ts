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
import { askForPerson, askForSecondFactor, refusalPage } from "./pages.ts";
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

type Headers = Readonly<Record<string, string>>;

/** The authorization endpoint: shows the sign-in page, or sends the browser back with a code or a refusal. */
export function authorize(tenant: Tenant, visit: Visit): Reply {
  const address = firstOf(() => returnAddressOf(tenant.directory, visit.query));
  if (address instanceof EntraError) return refusalPage(address);
  const request = firstOf(() => readAuthorizeRequest(tenant.directory, address.client, visit.query));
  if (request instanceof EntraError) return refuse(tenant, address, request);
  const desk = { tenant, address, request };
  return visit.form === undefined ? open(desk, visit.headers) : press(desk, visit.headers, visit.form);
}

/** What one visit is about. */
interface Desk {
  readonly tenant: Tenant;
  readonly address: ReturnAddress;
  readonly request: AuthorizeRequest;
}

function firstOf<T>(read: () => T): T | EntraError {
  try {
    return read();
  } catch (error) {
    if (error instanceof EntraError) return error;
    throw error;
  }
}

function open(desk: Desk, headers: IncomingHttpHeaders): Reply {
  const { tenant, address, request } = desk;
  const session = tenant.sessions.find(headers);
  const isExpected =
    session !== undefined &&
    (request.loginHint === undefined || request.loginHint === userPrincipalName(session.person));
  if (request.prompt === "none") {
    if (isExpected)
      return isEnough(request, session)
        ? giveCode(desk, session)
        : refuse(tenant, address, secondFactorNeeded());
    return refuse(
      tenant,
      address,
      new EntraError(50058, "A silent sign-in request was sent but no user is signed in."),
    );
  }
  if (!isExpected || request.prompt !== undefined) {
    return askForPerson(tenant.directory.people, address, request.loginHint);
  }
  return goOn(desk, session);
}

function press(desk: Desk, headers: IncomingHttpHeaders, form: URLSearchParams): Reply {
  const { tenant, address } = desk;
  if (headers.origin !== tenant.url) {
    return refusalPage(
      new EntraError(165000, "The request tokens do not match the user context. Start again in the app."),
    );
  }
  if (form.has("back")) {
    return refuse(tenant, address, new EntraError(65004, "The user went back without signing in."), "cancel");
  }
  const person = tenant.directory.people.find(({ name }) => name === form.get("person"));
  if (person !== undefined) {
    const session = { person, hasSecondFactor: false };
    return goOn(desk, session, tenant.sessions.begin(headers, session));
  }
  const before = tenant.sessions.find(headers);
  if (before === undefined || !form.has("second-factor")) {
    return askForPerson(tenant.directory.people, address, desk.request.loginHint);
  }
  const session = { ...before, hasSecondFactor: true };
  return goOn(desk, session, tenant.sessions.begin(headers, session));
}

/** A person is there: asks for what else is wanted of them, or lets them through. */
function goOn(desk: Desk, session: Session, headers: Headers = {}): Reply {
  const reply = isEnough(desk.request, session)
    ? giveCode(desk, session)
    : askForSecondFactor(session.person, desk.address, desk.request.claims.contexts);
  return { ...reply, headers: { ...reply.headers, ...headers } };
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

function refuse(tenant: Tenant, address: ReturnAddress, refusal: EntraError, subcode?: string): Reply {
  tenant.log(`refused: ${refusal.message}`);
  const { error, error_description, error_uri } = refusal.toBody(new Date());
  return redirect(address, { error, error_subcode: subcode, error_description, error_uri });
}

function redirect(
  { redirectUri, mode, state }: ReturnAddress,
  answer: Record<string, string | undefined>,
): Reply {
  return { status: 302, headers: { location: answerTo(redirectUri, mode, { ...answer, state }) } };
}
