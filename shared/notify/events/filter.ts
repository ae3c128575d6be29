import * as z from "zod";
import { armName, ClusterId } from "../../connection/arm-id.ts";
import type { AuditRecord } from "../../request/record.ts";
import { Outcome } from "../../request/terms.ts";
import { EventKind, eventKindOf, outcomeToldBy } from "./kinds.ts";

/** Which events somebody wants; what is null is not looked at. */
export interface EventFilter {
  readonly kinds: ReadonlySet<EventKind> | null;
  /** Names and ids, in lower case. */
  readonly clusters: ReadonlySet<string> | null;
  /** What speaks of no outcome is not wanted, then. */
  readonly outcomes: ReadonlySet<Outcome> | null;
}

/** All of them. */
export const EVERYTHING: EventFilter = { kinds: null, clusters: null, outcomes: null };

const EXAMPLE = "kind=decided,closed&cluster=aks-prod&outcome=approved";

const ClusterName = z.string().regex(/^[a-z0-9](?:[-_a-z0-9]{0,61}[a-z0-9])?$/);
const Cluster = z
  .string()
  .toLowerCase()
  .pipe(z.union([ClusterName, ClusterId]));

const MEMBERS = { kind: EventKind, cluster: Cluster, outcome: Outcome } as const;
const MUST_BE: Readonly<Record<keyof typeof MEMBERS, string>> = {
  kind: `one of ${EventKind.options.join(", ")}`,
  cluster: "the name or the ARM id of a cluster",
  outcome: `one of ${Outcome.options.join(", ")}`,
};

/** Reads a filter: a query string, whose members' values are separated by commas. */
export const EventFilterText = z.string().transform((text, context): EventFilter => {
  const query = new URLSearchParams(text);
  const problem = problemIn(query);
  if (problem !== null) {
    context.addIssue({ code: "custom", message: `${problem}; it may look like ${EXAMPLE}` });
    return z.NEVER;
  }
  return {
    kinds: wantedIn(query, "kind", EventKind),
    clusters: wantedIn(query, "cluster", Cluster),
    outcomes: wantedIn(query, "outcome", Outcome),
  };
});

/** What is wrong with it; null when it is sound. */
function problemIn(query: URLSearchParams): string | null {
  if (query.size === 0) return "must be a query string, or not be set where everything is wanted";
  for (const name of new Set(query.keys())) {
    if (!isMember(name)) return `has "${name}", which is none of ${Object.keys(MEMBERS).join(", ")}`;
    const values = valuesOf(query, name);
    if (values.length === 0) return `has ${name} without a value`;
    const wrong = values.find((value) => !MEMBERS[name].safeParse(value).success);
    if (wrong !== undefined) return `has ${name} "${wrong}", which must be ${MUST_BE[name]}`;
  }
  return null;
}

const isMember = (name: string): name is keyof typeof MEMBERS => Object.hasOwn(MEMBERS, name);

const valuesOf = (query: URLSearchParams, name: string): string[] =>
  query
    .getAll(name)
    .flatMap((text) => text.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");

function wantedIn<T>(
  query: URLSearchParams,
  name: keyof typeof MEMBERS,
  schema: z.ZodType<T>,
): Set<T> | null {
  const values = valuesOf(query, name);
  return values.length === 0 ? null : new Set(values.map((value) => schema.parse(value)));
}

/** Whether somebody with this filter is told of a record. */
export function wants({ kinds, clusters, outcomes }: EventFilter, record: AuditRecord): boolean {
  const kind = eventKindOf(record);
  if (kind === null || (kinds !== null && !kinds.has(kind))) return false;
  const { clusterId } = record;
  if (clusters !== null && !clusters.has(clusterId) && !clusters.has(armName(clusterId).name)) return false;
  const outcome = outcomeToldBy(record);
  return outcomes === null || (outcome !== null && outcomes.has(outcome));
}
