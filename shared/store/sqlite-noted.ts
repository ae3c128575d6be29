import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";

/** What this process stored and did not index yet, so that it need not be read again. */
export interface Noted {
  note(position: number, trail: number, record: AuditRecord, request: ApprovalRequest): void;
  record(position: number): AuditRecord | undefined;
  /** A request as it is after the last of its records that are noted. */
  latest(trail: number): ApprovalRequest | undefined;
  /** When a record is indexed, and its request as far as that record. */
  remove(position: number, trail: number): void;
  forget(): void;
}

export function noted(): Noted {
  const records = new Map<number, AuditRecord>();
  const requests = new Map<number, ApprovalRequest>();
  return {
    note: (position, trail, record, request) => {
      records.set(position, record);
      requests.set(trail, request);
    },
    record: (position) => records.get(position),
    latest: (trail) => requests.get(trail),
    remove: (position, trail) => {
      if (records.get(position)?.seq === requests.get(trail)?.seq) requests.delete(trail);
      records.delete(position);
    },
    forget: () => {
      records.clear();
      requests.clear();
    },
  };
}
