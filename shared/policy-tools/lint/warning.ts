import type { PolicyContent } from "../../policy/content.ts";
import type { PolicyReading } from "../../policy/file/read-policy-file.ts";
import type { Doubt, Report } from "../../policy/file/report.ts";
import type { Effort } from "./effort.ts";

/** A policy file without errors, and where its parts stand. */
export type Linted = PolicyReading & { readonly content: PolicyContent; readonly effort: Effort };

/** A doubt, and the report of the file in which it stands. */
export type Finding = Doubt & { readonly report: Report };

/** Looks for one kind of mistake. Says nothing when it is not sure. */
export type Warning = (file: Linted) => readonly Finding[];

/** A finding about a part of the content: a rule, a block or a condition. */
export const findingAt = (part: object, message: string, { places, report }: Linted): Finding => ({
  report,
  at: places.get(part) ?? { from: 0, to: 1 },
  message,
});

/** What the reader of the files had to say. */
export const doubts: Warning = ({ reports }) =>
  reports.flatMap((report) => report.doubts.map((doubt) => ({ ...doubt, report })));
