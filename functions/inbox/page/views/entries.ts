import type { Instant } from "../../../../shared/connection/connection.ts";
import { actorName, personName } from "../../../../shared/request/names.ts";
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
  /** The request that it is about; null where it is about many. */
  readonly id: string | null;
}

export const recordEntry = ({
  requestId,
  at,
  kind,
  actor,
  sentence,
  endpoint,
  cluster,
}: RecordSummary): Entry =>
  allShown({
    at,
    who: actorName(actor),
    title: `${wordOf(kind)}: ${endpoint ?? "an unnamed endpoint"} → ${cluster}`,
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
export const accessEntry = ({ at, person, operation, query, count }: Access): Entry =>
  allShown({
    at,
    who: personName(person),
    title: `${OPERATIONS[operation] ?? operation}, shown ${count}`,
    sentence: Object.entries(query)
      .map((asked) => asked.join(": "))
      .join(", "),
    id: query.id ?? query.request ?? null,
  });
