import { RequestId } from "../connection/connection.ts";
import { UsageError } from "../policy-tools/cli/command.ts";
import type { Api } from "./api.ts";
import { firstRequests } from "./pages.ts";
import { No } from "./problems.ts";

/** Digits that lists show of an id, and the fewest that stand for one. */
const SHOWN_DIGITS = 8;
const SHORTEST = /^(?:pec-)?([0-9a-f]{4,32})$/i;
/** A beginning is looked for among so many requests, the latest first. */
const AMONG = 2_000;

/** The beginning of an id, as lists show it: it is an id for every command here. */
export const shortId = (id: string): string => id.slice(0, "pec-".length + SHOWN_DIGITS);

/** The id that was written, whole or its beginning. @throws UsageError for what is none, `No` where it is not one request's */
export async function findId(api: Api, positionals: readonly string[]): Promise<string> {
  const written = onlyId(positionals);
  const whole = wholeId(written);
  if (whole !== null) return whole;
  const [, digits = ""] = SHORTEST.exec(written) ?? [];
  const beginning = `pec-${digits.toLowerCase()}`;
  const { items, hasMore } = await firstRequests(api, {}, AMONG);
  const [found, other] = items.filter(({ id }) => id.startsWith(beginning));
  if (found === undefined)
    throw new No(
      `No request has an id that begins with ${beginning}${hasMore ? `, among the latest ${AMONG}: give the whole id` : ""}.`,
    );
  if (other === undefined) return found.id;
  throw new No(
    `More than one request has an id that begins with ${beginning}: ${found.id} and ${other.id}. Give more of it.`,
  );
}

/** The id, if what was written is a whole one; else null. */
export const wholeId = (written: string): string | null =>
  RequestId.safeParse(written.toLowerCase()).data ?? null;

/** The one id of a command line. @throws UsageError */
export function onlyId(positionals: readonly string[]): string {
  const [id, second] = positionals;
  if (id === undefined) throw new UsageError("Name a request, by its id or its beginning.");
  if (second !== undefined) throw new UsageError(`One request at a time; "${second}" is one too many.`);
  if (SHORTEST.test(id)) return id;
  throw new UsageError(
    `A request's id is pec- and 32 hexadecimal digits, or at least 4 of them; not "${id}".`,
  );
}
