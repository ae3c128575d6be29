import * as z from "zod";
import { type Instant, instant } from "../connection/connection.ts";
import { reply } from "./http.ts";
import { placeOf } from "./place.ts";
import { NoAnswer, Refusal } from "./problems.ts";
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
  /** What time it is for the app, whose deadlines they are, wherever this machine's clock stands. */
  now(): Instant;
}

const SignIn = z.object({ apiClientId: z.guid() });
/** The API at the place that the options name; nobody is asked for a token before it is needed. */
export function apiAt(values: { readonly url?: string | undefined }, terminal: Terminal): Api {
  const origin = placeOf(values, terminal);
  const clock = clockOf(terminal);
  let token: Promise<string> | undefined;
  const signedIn = (): Promise<string> => {
    token ??= terminal.env.APPROVALS_TOKEN
      ? Promise.resolve(terminal.env.APPROVALS_TOKEN)
      : apiClientId(origin).then((resource) => azToken(resource, terminal));
    return token;
  };
  const call = async <T>(path: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<T> => {
    const authorization = `Bearer ${await signedIn()}`;
    const headers = { ...JSON_TYPE, authorization };
    const { said, date } = await reply(`${origin}/api/${path}`, schema, { ...init, headers });
    clock.heard(date);
    return said;
  };
  return {
    origin,
    get: (path, schema) => call(path, schema),
    post: (path, body, schema) => call(path, schema, { method: "POST", body: JSON.stringify(body) }),
    homeTenant: async () => claimsOf(await signedIn())?.tid ?? null,
    now: clock.now,
  };
}

/** Clocks that differ by less are taken to agree: an answer tells whole seconds, and takes its time. */
const AGREE_MS = 5_000;

/** The app's clock, as far as it has told. */
function clockOf(terminal: Pick<Terminal, "now">) {
  let aheadMs = 0;
  const here = () => Date.parse(terminal.now());
  return {
    heard: (date: string | null): void => {
      const ms = Date.parse(date ?? "") - here();
      aheadMs = Math.abs(ms) > AGREE_MS ? ms : 0;
    },
    now: (): Instant => instant(here() + aheadMs),
  };
}

const JSON_TYPE = { "content-type": "application/json", accept: "application/json" };

/** What a token must be made out to; the app says so to anybody. */
async function apiClientId(origin: string): Promise<string> {
  try {
    return (await reply(`${origin}/api/sign-in`, SignIn, {})).said.apiClientId;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new NoAnswer(`${error.message}\nOr put a token into APPROVALS_TOKEN.`, { cause: error });
  }
}
