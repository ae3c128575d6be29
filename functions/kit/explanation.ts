import * as z from "zod";
import { type Policy, renderVerdict, type Verdict } from "../../shared/policy/index.ts";
import { AssessedRecord, AuditRecord } from "../../shared/request/record.ts";
import type { ApprovalRequest } from "../../shared/request/request.ts";

const ExplainedAssessment = AssessedRecord.extend({
  /** What the verdict rests on, line by line. */
  explanation: z.array(z.string()),
}).meta({ id: "ExplainedAssessment" });

/** An audit record as the API shows it: with the verdict in words, where it is about one. */
export const ExplainedRecord = z.union([AuditRecord, ExplainedAssessment]);
type ExplainedRecord = z.infer<typeof ExplainedRecord>;

/** The verdict in words, line by line; empty when there is none. */
export const explanationOf = (verdict: Verdict | null): string[] =>
  verdict === null ? [] : renderVerdict(verdict).trimEnd().split("\n");

/** What the rules behind a verdict are for, by their names, as far as the policy that judged is this one. */
export function descriptionsOf(
  { verdict, policyHash }: Pick<ApprovalRequest, "verdict" | "policyHash">,
  { hash, rules }: Policy,
): Record<string, string> {
  const names = new Set(policyHash === hash ? verdict?.decidedBy.map(({ name }) => name) : []);
  return Object.fromEntries(
    rules.flatMap(({ name, description }) =>
      description !== null && names.has(name) ? [[name, description]] : [],
    ),
  );
}

/** The record with the verdict in words. */
export const explained = (record: AuditRecord): ExplainedRecord =>
  record.kind === "assessed" ? { ...record, explanation: explanationOf(record.verdict) } : record;
