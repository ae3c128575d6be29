import * as z from "zod";
import { armName } from "../../connection/arm-id.ts";
import { FACT_TYPES, type FactName, Facts } from "../../policy/facts.ts";
import { type Problem, Report, type Span } from "../../policy/file/report.ts";
import { type FileKind, parseTree } from "../../policy/file/tree.ts";
import type { Verdict } from "../../policy/verdict.ts";
import { AssessedRecord } from "../../request/record.ts";
import { toFacts } from "../testing/gather.ts";
import { readGiven } from "../testing/given.ts";
import { factAt } from "./fact-at.ts";

/** What is read of a record. Nothing is decided by it here, so it need not prove who wrote it. */
const Assessed = AssessedRecord.omit({ seal: true });

/** One request, as far as it is known, and what was made of it. */
export interface KnownRequest {
  /** When it was judged; null when that is not known. */
  readonly at: string | null;
  /** The consumer's private endpoint and the cluster, for people: strangers' text. */
  readonly endpoint: string;
  readonly cluster: string;
  readonly facts: Facts;
  /** The verdict at the time; null when there was none. */
  readonly verdict: Verdict | null;
}

export type ReadRequest =
  | { readonly kind: "request"; readonly request: KnownRequest }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

const KIND: FileKind = {
  called: "a request",
  needs: "a request needs at least one fact, such as cluster.name",
  emptyMappings: "allowed",
};

/** Why a fact that the plain form leaves out is unknown. */
const NOT_GIVEN = "it was not given";

/**
 * Reads a request in any form that people have at hand: facts in the plain words of tests (YAML or JSON), `Facts` as
 * JSON, an audit record of an assessment, or a reply of the API with such records, of which the newest counts.
 *
 * @param file - its name, as messages should show it
 */
export function readRequest(text: string, file: string): ReadRequest {
  const report = new Report(text, file);
  const start = text.length - text.trimStart().length;
  const at: Span = { from: start, to: start + 1 };
  const json = parseJson(text);
  const request = hasRecords(json) ? fromRecords(json, at, report) : fromOther(json, text, at, report);
  return request === null || !report.isClean
    ? { kind: "problems", problems: report.problems }
    : { kind: "request", request };
}

/** Undefined when the text is no JSON: then it may be YAML. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const SomeRecord = z.looseObject({ kind: z.string(), seq: z.number() });
const Records = z.union([
  z.array(SomeRecord),
  z.looseObject({ records: z.array(SomeRecord) }).transform(({ records }) => records),
  SomeRecord.transform((record) => [record]),
]);

const hasRecords = (json: unknown): boolean => Records.safeParse(json).success;

function fromRecords(json: unknown, at: Span, report: Report): KnownRequest | null {
  const assessed = Records.parse(json).filter(({ kind }) => kind === "assessed");
  if (assessed.length === 0)
    report.add(at, "none of the audit records is an assessment; only those carry a request's facts");
  const records = assessed.flatMap((record) => {
    const parsed = Assessed.safeParse(record);
    if (!parsed.success) report.add(at, `audit record ${record.seq}: ${firstIssue(parsed.error)}`);
    return parsed.success ? [parsed.data] : [];
  });
  const [newest] = records.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.seq - a.seq);
  return newest === undefined ? null : ofRecord(newest);
}

/** The request that an audit record is about. */
export function ofRecord({
  at,
  privateEndpointId,
  clusterId,
  facts,
  verdict,
}: z.infer<typeof Assessed>): KnownRequest {
  const endpoint = privateEndpointId === null ? null : armName(privateEndpointId);
  return {
    at,
    endpoint:
      endpoint === null ? UNNAMED : `${endpoint.subscription}/${endpoint.resourceGroup}/${endpoint.name}`,
    cluster: armName(clusterId).name,
    facts,
    verdict,
  };
}

const UNNAMED = "(unknown)";

const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return issue === undefined ? error.message : `${issue.path.join(".")}: ${issue.message}`;
};

/** What the API says of a request as it is now. */
const Status = z.looseObject({ connectionId: z.string(), verdict: z.unknown() });

function fromOther(json: unknown, text: string, at: Span, report: Report): KnownRequest | null {
  if (!Status.safeParse(json).success) return fromFacts(json, text, at, report);
  report.add(at, "this tells of a request without its facts; take what GET /api/requests/{id}/audit replies");
  return null;
}

function fromFacts(json: unknown, text: string, at: Span, report: Report): KnownRequest | null {
  if (!isFactsForm(json)) {
    const tree = parseTree(text, KIND, report);
    return tree === null ? null : ofFacts(toFacts(readGiven(tree, "request", report), NOT_GIVEN));
  }
  const parsed = Facts.safeParse(json);
  if (parsed.success) return ofFacts(parsed.data);
  report.add(at, firstIssue(parsed.error));
  return null;
}

/** In the plain form only tags are mappings; `Facts` wraps each fact in one. */
const isFactsForm = (json: unknown): boolean =>
  (Object.keys(FACT_TYPES) as FactName[]).some((name) => {
    const found = factAt(json, name);
    return FACT_TYPES[name] !== "tags" && typeof found === "object" && found !== null && "kind" in found;
  });

/** A request of which nothing but facts is known. */
export function ofFacts(facts: Facts): KnownRequest {
  const { subscription, resourceGroup, name } = facts.endpoint;
  const parts = [subscription, resourceGroup, name].map((fact) => (fact.kind === "value" ? fact.value : "?"));
  return {
    at: facts.time.kind === "value" ? facts.time.value : null,
    endpoint: parts.every((part) => part === "?") ? UNNAMED : parts.join("/"),
    cluster: facts.cluster.name.kind === "value" ? facts.cluster.name.value : UNNAMED,
    facts,
    verdict: null,
  };
}
