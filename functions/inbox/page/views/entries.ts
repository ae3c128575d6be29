import type { Instant } from "../../../../shared/connection/connection.ts";
import { actorName, personName, placeName } from "../../../../shared/request/names.ts";
import type { Access } from "../../../../shared/search/access.ts";
import type { RecordSummary } from "../../../../shared/search/summaries.ts";
import { allShown } from "../../../../shared/view/shown.ts";
import { wordOf } from "../../../../shared/view/timeline.ts";

/** What a list says of a record or an access. */
export interface Entry {
  readonly at: Instant;
  readonly who: string;
  readonly title: string;
  readonly sentence: string;
  /** The same with ids instead of names, where there may be any. */
  readonly detail?: string;
  /** The request that it is about; null where it is about many. */
  readonly id: string | null;
}

export const recordEntry = ({ requestId, at, kind, actor, sentence, ...place }: RecordSummary): Entry =>
  allShown({
    at,
    who: actorName(actor),
    title: `${wordOf(kind)}: ${placeName(place)}`,
    sentence,
    id: requestId,
  });

/** What the API's operations are to people. */
const OPERATIONS: Readonly<Record<string, string>> = {
  getRequest: "Opened the request",
  getAuditTrail: "Opened the trail",
  listRequests: "Searched requests",
  searchAudit: "Searched records",
  getAuditSummary: "Saw the overview",
  listAccesses: "Saw who looked",
};

/** What somebody did, what they asked for, and how much they were shown. */
export function accessEntry(
  { at, person, operation, query, count }: Access,
  names: Readonly<Record<string, string>>,
): Entry {
  const asked = (named: (text: string) => string) =>
    Object.entries(query)
      .map(([filter, text]) => `${filter}: ${named(text)}`)
      .join(", ");
  return allShown({
    at,
    who: personName(person),
    title: `${OPERATIONS[operation] ?? operation}, shown ${count}`,
    sentence: asked((text) => (Object.hasOwn(names, text) && names[text]) || text),
    detail: asked((text) => text),
    id: query.id ?? query.request ?? null,
  });
}
