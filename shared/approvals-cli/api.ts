import * as z from "zod";
import { jsonIn } from "../request/json.ts";
import { placeOf } from "./place.ts";
import { NoAnswer, problemSentence, Refusal } from "./problems.ts";
import type { Terminal } from "./terminal.ts";
import { azToken, claimsOf } from "./token.ts";

/** The app's API, as whoever sits at the terminal. */
export interface Api {
  /** Origin of the app. */
  readonly origin: string;
  /** @throws Refusal, NoAnswer */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** @throws Refusal, NoAnswer */
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  /** Id of the tenant that the token is of; null where it does not say. */
  homeTenant(): Promise<string | null>;
}

const Problem = z.object({ code: z.string(), detail: z.string().default("") });
const SignIn = z.object({ apiClientId: z.guid() });
/** Longer than the app ever takes. */
const PATIENCE_MS = 60_000;

/** The API at the place that the options name; nobody is asked for a token before it is needed. */
export function apiAt(values: { readonly url?: string | undefined }, terminal: Terminal): Api {
  const origin = placeOf(values, terminal);
  let token: Promise<string> | undefined;
  const signedIn = (): Promise<string> => {
    token ??= terminal.env.APPROVALS_TOKEN
      ? Promise.resolve(terminal.env.APPROVALS_TOKEN)
      : apiClientId(origin).then((resource) => azToken(resource, terminal));
    return token;
  };
  const call = async <T>(path: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<T> => {
    const authorization = `Bearer ${await signedIn()}`;
    return reply(`${origin}/api/${path}`, schema, { ...init, headers: { ...JSON_TYPE, authorization } });
  };
  return {
    origin,
    get: (path, schema) => call(path, schema),
    post: (path, body, schema) => call(path, schema, { method: "POST", body: JSON.stringify(body) }),
    homeTenant: async () => claimsOf(await signedIn())?.tid ?? null,
  };
}

const JSON_TYPE = { "content-type": "application/json", accept: "application/json" };

/** What a token must be made out to; the app says so to anybody. */
async function apiClientId(origin: string): Promise<string> {
  const { apiClientId } = await reply(`${origin}/api/sign-in`, SignIn, {}).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw new NoAnswer(`${error.message}\nOr put a token into APPROVALS_TOKEN.`, { cause: error });
  });
  return apiClientId;
}

async function reply<T>(url: string, schema: z.ZodType<T>, init: RequestInit): Promise<T> {
  const { status, body } = await exchange(url, init);
  const parsed = schema.safeParse(body);
  if (status === 200 && parsed.success) return parsed.data;
  const problem = Problem.safeParse(body);
  if (status === 200 || !problem.success)
    throw new NoAnswer(
      `${new URL(url).origin} answers in another way (${status}) than this version understands. Compare the address and the versions.`,
      { cause: parsed.error },
    );
  const { code, detail } = problem.data;
  if (status >= 500) throw new NoAnswer(problemSentence(status, code, detail));
  throw new Refusal(status, code, detail);
}

/** An answer, whatever it says. A redirection is none of the app's. */
async function exchange(url: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
  const { origin } = new URL(url);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: jsonIn(await response.text()) };
  } catch (cause) {
    throw new NoAnswer(`Nothing answers at ${origin}. Compare the address, and look whether the app runs.`, {
      cause,
    });
  }
}
