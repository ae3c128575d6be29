import type { Facts } from "../../../shared/policy/facts.ts";
import type { freezesAt } from "../../../shared/policy/index.ts";
import type { PolicyStatus } from "../../../shared/policy-in-force/status.ts";
import type { AuditRecord } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { ListedRequest } from "../../../shared/search/summaries.ts";
import type { Viewer } from "../../../shared/view/input.ts";

/** One request, as `GET /api/requests/{id}` tells it to the person who asks. */
export type RequestDetail = ApprovalRequest & {
  readonly facts: Facts | null;
  readonly descriptions: Readonly<Record<string, string>>;
  readonly viewer: Viewer;
};

/** A page of `GET /api/requests`. */
export interface RequestPage {
  readonly requests: readonly ListedRequest[];
  readonly nextCursor: string | null;
  /** Why nothing was found, where a filter names what is nowhere. */
  readonly hint?: string;
}

/** A record, with its verdict in words, line by line. */
export type ExplainedRecord =
  | Exclude<AuditRecord, { readonly kind: "assessed" }>
  | (Extract<AuditRecord, { readonly kind: "assessed" }> & { readonly explanation: readonly string[] });

/** What `GET /api/requests/{id}/audit` says. */
export interface Trail {
  readonly records: readonly ExplainedRecord[];
}

/** Who is signed in, as `GET /api/me` says, and what is missing for them to work here. */
export interface Me {
  readonly oid: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly missing: readonly { readonly code: string; readonly sentence: string }[];
}

/** What `GET /api/policy` says. */
export type PolicyInForce = PolicyStatus & {
  readonly writes: "on" | "off";
  readonly freezes: ReturnType<typeof freezesAt>;
};

/** @param id of the address, which anybody may have written: `..` would lead out of the requests, encoded or not */
export const requestPath = (id: string, rest = ""): string =>
  `/api/requests/${id.replace(/[^\w-]/g, "_")}${rest}`;
