import type { PolicyContent } from "../../policy/content.ts";
import type { PolicyReading } from "../../policy/file/read-policy-file.ts";
import type { Report, Span } from "../../policy/file/report.ts";
import type { Effort } from "./effort.ts";

/** A policy file without errors, and where its parts stand. */
export type Linted = PolicyReading & { readonly content: PolicyContent; readonly effort: Effort };

/** Something that is allowed, but hardly meant so, and where it stands. */
export interface Finding {
  readonly report: Report;
  readonly at: Span;
  readonly message: string;
}

/** Looks for one kind of mistake. Says nothing when it is not sure. */
export type Warning = (file: Linted) => readonly Finding[];

/** A finding about a part of the content: a rule, a block or a condition. */
export const findingAt = (part: object, message: string, { places, report }: Linted): Finding => ({
  report,
  at: places.get(part) ?? { from: 0, to: 1 },
  message,
});
