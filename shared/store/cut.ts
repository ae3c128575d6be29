/** Members whose values differ from one text to the next. */
const OWN: ReadonlySet<string> = new Set([
  "at",
  "correlationId",
  "deadline",
  "decidedAfterMs",
  "description",
  "head",
  "message",
  "reason",
  "receivedAt",
  "remindAt",
  "requestMessage",
  "retryAt",
  "sentence",
  "seq",
  "since",
  "takenUpAt",
  "time",
  "until",
  "updatedAt",
]);

/** Members whose values come again in other texts. */
const SHARED: ReadonlySet<string> = new Set([
  "actual",
  "actor",
  "audience",
  "because",
  "by",
  "cluster",
  "clusterId",
  "connectionId",
  "consumer",
  "consumerName",
  "consumerSubscription",
  "decidedBy",
  "groups",
  "history",
  "id",
  "name",
  "people",
  "policyHash",
  "previousPolicyHash",
  "privateEndpointId",
  "requestId",
  "requester",
  "requesterId",
  "requirement",
  "resourceGroup",
  "signInNames",
  "subscription",
  "subscriptionName",
  "undecided",
  "unknownFacts",
  "vetoedBy",
  "wouldHave",
]);

/** What is not longer costs less where it stands. */
const WORTH_SHARING = 16;

/** What stands in one place of a template. */
export interface Piece {
  readonly text: string;
  /** Whether the same text is likely to come again in others. */
  readonly isShared: boolean;
}

/** A text in two: what texts of its kind have in common, with a hole for each piece that is its own. */
export interface Cut {
  readonly template: string;
  readonly pieces: readonly Piece[];
}

/** Stands for a piece in a template; no JSON text holds it, since JSON escapes control characters. */
export const HOLE = "\u0001";

/**
 * Cuts a JSON text at the values of the members above. The pieces in the holes of the template make the text again,
 * whatever it is: where a text is cut decides only how well it is shared.
 */
export function cut(text: string): Cut {
  const pieces: Piece[] = [];
  let template = "";
  let copied = 0;
  for (let colon = text.indexOf('":'); colon >= 0; colon = text.indexOf('":', Math.max(colon + 2, copied))) {
    const name = text.slice(text.lastIndexOf('"', colon - 1) + 1, colon);
    const isShared = SHARED.has(name);
    if (!isShared && !OWN.has(name)) continue;
    const start = colon + 2;
    const end = endOfValue(text, start);
    if (text.startsWith("null", start) || (isShared && end - start <= WORTH_SHARING)) continue;
    template += text.slice(copied, start) + HOLE;
    pieces.push({ text: text.slice(start, end), isShared });
    copied = end;
  }
  return { template: template + text.slice(copied), pieces };
}

/** Pieces in the holes between the runs of a template; empty where that is longer than `max`. @param pieces with a hole between each two */
export function filled(
  runs: readonly string[],
  pieces: string,
  pieceIn: (pieces: string, start: number, end: number) => string = sliceOf,
  max = Number.POSITIVE_INFINITY,
): string {
  let text = runs[0] ?? "";
  let start = 0;
  for (let index = 1; index < runs.length; index++) {
    const hole = pieces.indexOf(HOLE, start);
    const end = hole < 0 ? pieces.length : hole;
    text += pieceIn(pieces, start, end) + (runs[index] ?? "");
    if (text.length > max) return "";
    start = end + 1;
  }
  return text;
}

const sliceOf = (text: string, start: number, end: number): string => text.slice(start, end);

/** Strings, brackets and commas: what tells where a JSON value ends. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},]/gsu;

/** Where the value that begins at `start` ends; at the end of the text, where it does not. */
function endOfValue(text: string, start: number): number {
  TOKEN.lastIndex = start;
  let depth = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const [found] = token;
    const isClosing = found === "}" || found === "]";
    if (depth === 0 && (isClosing || found === ",")) return token.index;
    if (found === "{" || found === "[") depth++;
    if (isClosing) depth--;
    if (depth === 0) return TOKEN.lastIndex;
  }
  return text.length;
}
