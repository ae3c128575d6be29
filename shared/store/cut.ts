import { canonicalText } from "../request/json.ts";

/** Members whose values differ from one text to the next. */
const OWN: ReadonlySet<string> = new Set([
  "at",
  "correlationId",
  "deadline",
  "decidedAfterMs",
  "description",
  "head",
  "message",
  "name",
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
  "actor",
  "audience",
  "because",
  "by",
  "cluster",
  "clusterId",
  "connectionId",
  "consumer",
  "consumerSubscription",
  "decidedBy",
  "groups",
  "history",
  "id",
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
  "undecided",
  "unknownFacts",
  "vetoedBy",
  "wouldHave",
]);

/** Members whose elements come again, each by itself. */
const SHARED_ELEMENTS: ReadonlySet<string> = new Set(["rules", "nearMisses", "gates", "people"]);

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

/** Cuts what a value says as canonical JSON. The pieces in the holes of the template make that text again. */
export function cut(value: unknown): Cut {
  const pieces: Piece[] = [];
  const hole = (piece: Piece): string => {
    pieces.push(piece);
    return HOLE;
  };
  const shared = (text: string): string =>
    text.length > WORTH_SHARING ? hole({ text, isShared: true }) : text;

  const member = (name: string, inside: unknown): string => {
    if (SHARED.has(name)) return shared(canonicalText(inside));
    if (OWN.has(name) && inside !== null) return hole({ text: canonicalText(inside), isShared: false });
    if (SHARED_ELEMENTS.has(name) && Array.isArray(inside))
      return `[${inside.map((element) => shared(canonicalText(element))).join(",")}]`;
    return outline(inside);
  };

  const outline = (inside: unknown): string => {
    if (typeof inside !== "object" || inside === null) return canonicalText(inside);
    if (Array.isArray(inside)) return `[${inside.map(outline).join(",")}]`;
    const members = Object.entries(inside).filter(([, one]) => one !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${member(name, one)}`).join(",")}}`;
  };

  return { template: outline(value), pieces };
}
