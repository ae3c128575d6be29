import type { Facts } from "../../../shared/policy/facts.ts";
import type { AuditRecord } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { ListedRequest } from "../../../shared/search/summaries.ts";
import type { Viewer } from "../../../shared/view/input.ts";

/** One request, as `GET /api/requests/{id}` tells it to the person who asks. */
export type RequestDetail = ApprovalRequest & {
  readonly facts: Facts | null;
  readonly viewer: Viewer;
};

/** A page of `GET /api/requests`. */
export interface RequestPage {
  readonly requests: readonly ListedRequest[];
  readonly nextCursor: string | null;
  /** Why nothing was found, where a filter names what is nowhere. */
  readonly hint?: string;
}

/** What `GET /api/requests/{id}/audit` says. */
export interface Trail {
  readonly records: readonly AuditRecord[];
}

/** Who is signed in, as `GET /api/me` says, and what is missing for them to work here. */
export interface Me {
  readonly oid: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly missing: readonly { readonly code: string; readonly sentence: string }[];
}

export const requestPath = (id: string, rest = ""): string =>
  `/api/requests/${encodeURIComponent(id)}${rest}`;
