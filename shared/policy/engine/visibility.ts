import type { RejectOutcome } from "../content.ts";
import type { RuleRef } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import type { Deciding } from "./ruling.ts";

/** What `visibility` has to say, as if it were a rule; at most one of the lists has an entry. */
interface Visibility {
  readonly rejecting: readonly Deciding<RejectOutcome>[];
  readonly leaving: readonly RuleRef[];
  readonly undecided: readonly RuleRef[];
}

const SILENT: Visibility = { rejecting: [], leaving: [], undecided: [] };

/** Whether this request may be made at all. */
export function visibilityOf({ visibility }: Policy, inspection: Inspection): Visibility {
  if (visibility === null) return SILENT;
  const ref = { name: "visibility", line: visibility.line };
  const { otherwise: outcome } = visibility;
  switch (inspection.holdsOneOf(visibility.anyOf)) {
    case "yes":
      return SILENT;
    case "unknown":
      return { ...SILENT, undecided: [ref] };
    case "no":
      return outcome.kind === "reject"
        ? { ...SILENT, rejecting: [{ ...ref, outcome }] }
        : { ...SILENT, leaving: [ref] };
  }
}
