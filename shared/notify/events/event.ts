import { armName, connectionName } from "../../connection/arm-id.ts";
import type { ApprovalRequirement } from "../../policy/index.ts";
import type { AuditRecord } from "../../request/record.ts";
import { redacted } from "../../request/redacted.ts";
import type { ApprovalRequest } from "../../request/request.ts";
import type { RequestEvent } from "../channel.ts";
import type { TestMessage } from "../trial.ts";
import { eventKindOf } from "./kinds.ts";
import { type CloudEvent, EVENTS, TEST_TYPE, TestEvent, typeOf } from "./schema.ts";

/**
 * The event that tells others of a record, with what everybody may know who reads this app without being its auditor; null
 * when they are not told of it. Texts of strangers are in it as they are: JSON strings, and nothing more.
 */
export function eventOf({ id, record, request }: RequestEvent, publicUrl: string): CloudEvent | null {
  const kind = eventKindOf(record);
  if (kind === null) return null;
  const type = typeOf(kind);
  return EVENTS[kind].parse({
    specversion: "1.0",
    id,
    type,
    source: publicUrl,
    subject: record.connectionId,
    time: record.at,
    datacontenttype: "application/json",
    dataschema: `${publicUrl}/api/events/schemas/${type}#/properties/data`,
    // The schema takes what is the kind's own, and drops all else.
    data: redacted({ ...record, ...commonOf(record, request, publicUrl), ...particulars(record, request) }),
  });
}

/** The event that tries a channel. */
export const testEventOf = ({ id, at }: TestMessage, channel: string, publicUrl: string) =>
  TestEvent.parse({
    specversion: "1.0",
    id,
    type: TEST_TYPE,
    source: publicUrl,
    time: at,
    datacontenttype: "application/json",
    dataschema: `${publicUrl}/api/events/schemas/${TEST_TYPE}#/properties/data`,
    data: {
      channel,
      sentence: `This is a test of the channel ${channel}. Nothing happened, and nothing is asked.`,
    },
  });

function commonOf(record: AuditRecord, request: ApprovalRequest, publicUrl: string) {
  return {
    round: request.round,
    state: request.state,
    connection: { id: record.connectionId, name: connectionName(record.connectionId) },
    cluster: { id: record.clusterId, name: armName(record.clusterId).name },
    link: `${publicUrl}/inbox/#/requests/${record.requestId}`,
  };
}

/** What does not stand in the record by the same name. */
function particulars(record: AuditRecord, { closure, decision }: ApprovalRequest): object {
  if (record.kind === "asked") {
    const { reasonRequired, onTimeout } = record.requirement;
    return { demands: demandsOf(record.requirement), reasonRequired, onTimeout };
  }
  if (record.kind === "escalated") return { demands: demandsOf(record.requirement) };
  if (closure !== null) {
    const { outcome, failure } = closure;
    return { outcome, failure, decision: decision?.decision ?? null };
  }
  return {};
}

/** Groups by their names in the policy: their ids are nobody else's business. */
const demandsOf = ({ requirements }: ApprovalRequirement) =>
  requirements.map(({ approvers, quorum }) => ({ approvers, quorum }));
