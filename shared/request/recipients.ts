import type { ApprovalRequirement } from "../policy/index.ts";
import type { Change } from "./life.ts";
import type { AuditRecord } from "./record.ts";

/**
 * By which channels a record is told.
 * @param audience the people who must hear of it: those who are asked, or were; null when nobody must
 */
export type Recipients = (record: AuditRecord, audience: ApprovalRequirement | null) => readonly string[];

export const nobody: Recipients = () => [];

/** That a record is told by a channel. */
export interface Telling {
  readonly seq: number;
  readonly channel: string;
}

/** What a change puts into the outbox. */
export const tellingsOf = (
  { records, notices }: Pick<Change, "records" | "notices">,
  recipients: Recipients,
): readonly Telling[] =>
  records.flatMap((record) => {
    const notice = notices.find(({ seq }) => seq === record.seq);
    const channels = recipients(record, notice?.audience ?? null);
    const ofFormer = notice?.former === undefined ? [] : recipients(record, notice.former);
    return [...new Set([...channels, ...ofFormer])].map((channel) => ({ seq: record.seq, channel }));
  });
