import { Instant } from "../connection/connection.ts";
import { jsonIn } from "../request/json.ts";

/** How members begin that each record has, in their order; none of them is a record's first. */
const [AT, REQUEST_ID, SEQ] = [',"at":', ',"requestId":', ',"seq":'];
/** What may come after a number. */
const ENDS = [",", "}"];

/**
 * Whether a record says that it has this place. To read it whole takes longer than to look at its seal.
 * @param said means something where its seal fits, so that nobody but the app wrote it
 */
export function isOf(said: string, requestId: string, seq: number): boolean {
  const id = startOfValue(said, REQUEST_ID);
  const number = startOfValue(said, SEQ, id);
  if (id < 0 || number < 0) {
    const { requestId: itsRequest, seq: itsNumber } = membersOf(said);
    return itsRequest === requestId && itsNumber === seq;
  }
  const digits = String(seq);
  return (
    said.startsWith(JSON.stringify(requestId), id) &&
    said.startsWith(digits, number) &&
    ENDS.includes(said.charAt(number + digits.length))
  );
}

/** When a record says that it was written; null when it does not. @param said the text of a record whose seal fits */
export function momentOf(said: string): Instant | null {
  const start = startOfValue(said, AT);
  const { at } = start < 0 ? membersOf(said) : { at: said.slice(start + 1, said.indexOf('"', start + 1)) };
  return Instant.safeParse(at).data ?? null;
}

/**
 * Where the value of a member begins. A beginning that comes once in the text is the record's own; where it comes again, in what
 * people or other records said, this is -1, and the text is to be read whole. Quotes inside of a string are escaped, so
 * no string passes for a member.
 * @param after where a member is that comes before this one
 */
function startOfValue(said: string, beginning: string, after = 0): number {
  const start = said.indexOf(beginning, after);
  return start < 0 || said.includes(beginning, start + 1) ? -1 : start + beginning.length;
}

/** What a text says of the members above. */
function membersOf(said: string): Readonly<Partial<Record<"at" | "requestId" | "seq", unknown>>> {
  const read = jsonIn(said);
  return typeof read === "object" && read !== null ? { ...read } : {};
}
