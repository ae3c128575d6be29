import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { TENANT_ID } from "./constants.ts";
import type { Person } from "./directory.ts";

/** Who is signed in, in one browser. */
export interface Session {
  readonly person: Person;
  /** Whether a second factor was shown as well. */
  readonly hasSecondFactor: boolean;
}

/** The browsers in which somebody is signed in. They are kept in memory: a restart signs everybody out. */
export interface Sessions {
  find(headers: IncomingHttpHeaders): Session | undefined;
  /** Signs in, in place of whoever was; the headers set the cookie. */
  begin(headers: IncomingHttpHeaders, session: Session): Readonly<Record<string, string>>;
  /** Signs out; the headers take the cookie away. */
  end(headers: IncomingHttpHeaders): Readonly<Record<string, string>>;
  endAll(): void;
}

/**
 * Sessions by cookie. Its name has the port, because browsers send a host's cookies to all of its ports, and two tenants
 * on one machine must not sign each other out. Its path keeps it from the app, which is on that host too.
 */
export function createSessions(port: string): Sessions {
  const name = `ESTSAUTH_${port}`;
  const path = `/${TENANT_ID}/oauth2/v2.0`;
  const sessions = new Map<string, Session>();
  const idIn = ({ cookie = "" }: IncomingHttpHeaders): string | undefined =>
    cookie
      .split("; ")
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const setCookie = (value: string, more = "") => ({
    "set-cookie": `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax${more}`,
  });
  const forget = (headers: IncomingHttpHeaders): void => {
    const id = idIn(headers);
    if (id !== undefined) sessions.delete(id);
  };
  return {
    find: (headers) => sessions.get(idIn(headers) ?? ""),
    begin(headers, session) {
      forget(headers);
      const id = randomBytes(32).toString("base64url");
      sessions.set(id, session);
      return setCookie(id);
    },
    end(headers) {
      forget(headers);
      return setCookie("", "; Max-Age=0");
    },
    endAll: () => sessions.clear(),
  };
}
