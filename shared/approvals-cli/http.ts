import * as z from "zod";
import { jsonIn } from "../request/json.ts";
import { NoAnswer, problemSentence, Refusal } from "./problems.ts";

const Problem = z.object({ code: z.string(), detail: z.string().default("") });
/** Longer than the app ever takes. */
const PATIENCE_MS = 60_000;
/** More than the app ever says at once; what answers at an address need not be the app. */
const MAX_BYTES = 64 * 1_024 * 1_024;

/** What an answer says, and its own time of day; null where it does not tell. */
export interface Reply<T> {
  readonly said: T;
  readonly date: string | null;
}

/** Asks an app. @throws Refusal where it says no, NoAnswer where nothing is understood */
export async function reply<T>(url: string, schema: z.ZodType<T>, init: RequestInit): Promise<Reply<T>> {
  const { status, body, date } = await exchange(url, init);
  const parsed = schema.safeParse(body);
  if (status === 200 && parsed.success) return { said: parsed.data, date };
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
async function exchange(url: string, init: RequestInit) {
  const { origin } = new URL(url);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(url, { ...init, redirect: "error", signal });
    const body = jsonIn(await textOf(response));
    return { status: response.status, body, date: response.headers.get("date") };
  } catch (cause) {
    throw new NoAnswer(`Nothing answers at ${origin}. Compare the address, and look whether the app runs.`, {
      cause,
    });
  }
}

/** @throws where there is no end to it */
async function textOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error(`There are more than ${MAX_BYTES} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
