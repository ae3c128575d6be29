import * as z from "zod";
import { CommandError } from "../../local/kit/errors.ts";
import { printable } from "../kit/printable.ts";
import { type Answer, type RestOptions, restOf } from "../kit/rest.ts";

/** Microsoft Graph, as far as registrations need it. Paths are those below `/v1.0/`. */
export interface GraphClient {
  /** @returns null for what is not there */
  get(path: string): Promise<unknown>;
  /** What is known to be there, and is waited for. */
  getSoon(path: string): Promise<unknown>;
  /** All pages of a collection. */
  list(path: string): Promise<readonly unknown[]>;
  /** @returns what Graph answers; null when it has nothing to say, or when it is done already */
  write(method: "PATCH" | "POST", path: string, body: object, upserts?: boolean): Promise<unknown>;
}

interface GraphOptions extends Pick<RestOptions, "token" | "pause"> {
  /** `https://graph.microsoft.com`, without a slash at its end. */
  readonly endpoint: string;
}

const GraphError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const Page = z.object({ value: z.array(z.unknown()), "@odata.nextLink": z.string().optional() });

const saidIn = ({ body }: Answer) => GraphError.safeParse(body).data?.error ?? { code: "", message: "" };

/** What was there already: somebody else, or a call whose answer got lost, was first. */
const isDone = (answer: Answer): boolean =>
  /^Permission (?:being assigned|entry) already exists/.test(saidIn(answer).message);

/** Graph's replicas do not know a new object at once; a call that leads to one is tried again. */
const isNotKnownYet = (answer: Answer): boolean =>
  answer.status === 404 ||
  (answer.status === 400 && /does not reference a valid application object/.test(saidIn(answer).message));

/** @throws CommandError where Graph refuses, in sentences that say what to do */
export function graphClient({ endpoint, token, pause }: GraphOptions): GraphClient {
  const base = `${endpoint}/v1.0/`;
  const service = `Microsoft Graph (${endpoint})`;
  const send = restOf({ service, token, pause });
  return {
    get: async (path) => {
      const answer = await send({ method: "GET", url: base + path });
      if (answer.status === 200) return answer.body;
      if (answer.status === 404) return null;
      throw refusal(answer, service);
    },
    getSoon: async (path) => {
      const answer = await send({ method: "GET", url: base + path }, isNotKnownYet);
      if (answer.status === 200) return answer.body;
      throw refusal(answer, service);
    },
    list: async (path) => {
      const found: unknown[] = [];
      for (let url: string | undefined = base + path; url !== undefined; ) {
        // A link to somewhere else would get the token.
        if (!url.startsWith(base)) throw new CommandError(`${service} names a next page elsewhere.`);
        const answer = await send({ method: "GET", url });
        if (answer.status !== 200) throw refusal(answer, service);
        const { value, "@odata.nextLink": next } = Page.parse(answer.body);
        found.push(...value);
        url = next;
      }
      return found;
    },
    write: async (method, path, body, upserts = false) => {
      const headers = upserts ? { prefer: "create-if-missing" } : {};
      const answer = await send({ method, url: base + path, body, headers }, isNotKnownYet);
      if (isDone(answer)) return null;
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      throw refusal(answer, service);
    },
  };
}

const WHO_MAY =
  "You need the directory role Application Developer to make a registration of your own, Cloud Application Administrator to change another one, assign roles or consent, and Privileged Role Administrator to grant the app's identity permissions of Microsoft Graph. In a pipeline: Application.ReadWrite.OwnedBy, and AppRoleAssignment.ReadWrite.All for assignments";

const ADVICE: Readonly<Record<number, string>> = {
  401: "Sign in again with az login, or put a fresh token into GRAPH_TOKEN.",
  403: `${WHO_MAY}. What was done so far stays; run the command again when you may.`,
  404: "An object that was named is not in this tenant, or not known to all of Graph yet. Look at the ids, and run the command again in some minutes.",
  429: "It is asked too much. Run the command again in some minutes; what was done so far stays.",
};

function refusal(answer: Answer, service: string): CommandError {
  const { status } = answer;
  const { code, message } = saidIn(answer);
  const said = message === "" ? "" : ` It says: ${printable(`${message} (${code})`)}`;
  const otherwise =
    status >= 500
      ? "Run the command again in some minutes; what was done so far stays."
      : "What was done so far stays.";
  return new CommandError(`${service} answered ${status}. ${ADVICE[status] ?? otherwise}${said}`);
}
