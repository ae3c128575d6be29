import type { Filters } from "../route.ts";

interface Props {
  /** What follows `#/audit/` in the address; empty for the search. */
  readonly rest: string;
  readonly filters: Filters;
}

export function AuditView({ rest }: Props) {
  return (
    <div class="page">
      <h1>{rest === "" ? "Audit" : "Audit trail"}</h1>
    </div>
  );
}
