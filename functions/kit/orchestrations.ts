import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import type { Deliveries } from "../../shared/notify/channel.ts";
import { type ApprovalRequest, instanceIdOf, settledEvent } from "../../shared/request/request.ts";
import { inSpan } from "../../shared/telemetry/spans.ts";
import type { Orchestrations } from "../../shared/workflow/port.ts";
import type { Histories } from "../../shared/workflow/purge.ts";

/** Names of the orchestrators; instances outlive deployments, so they never change. */
export const APPROVE_CONNECTION = "approveConnection";
export const DELIVER_NOTICES = "deliverNotices";

/** The orchestrations that carry requests, by the durable client of this invocation. */
export function orchestrationsOf(context: InvocationContext): Orchestrations {
  const start = async (request: ApprovalRequest): Promise<void> => {
    const { id: requestId, round } = request;
    await startUnlessRunning(context, APPROVE_CONNECTION, instanceIdOf(request), { requestId, round });
  };

  return {
    start,
    settle: async (request, waitSeq) => {
      try {
        await df.getClient(context).raiseEvent(instanceIdOf(request), settledEvent(waitSeq), {});
      } catch (error) {
        // No such instance: it was never started, or it is purged. A fresh one reads the store and finds the same.
        if (!hasStatus(error, 404)) throw error;
        if (request.state !== "closed") await start(request);
      }
    },
  };
}

/** The orchestrations that tell people, by the durable client of this invocation. */
export const deliveriesOf = (context: InvocationContext): Deliveries => ({
  start: async ({ requestId, channel }) => {
    const input = { requestId, channel };
    await startUnlessRunning(context, DELIVER_NOTICES, `tell-${channel}-${requestId}`, input);
  },
});

/** What has ended. Without these, a purge would take what runs as well. */
const ENDED = [
  df.OrchestrationRuntimeStatus.Completed,
  df.OrchestrationRuntimeStatus.Failed,
  df.OrchestrationRuntimeStatus.Terminated,
];

/** The histories of all orchestrations, by the durable client of this invocation. */
export const historiesOf = (context: InvocationContext): Histories => ({
  purge: async ({ from, to }) => {
    const began = { createdTimeFrom: new Date(from), createdTimeTo: new Date(to) };
    const { instancesDeleted } = await df
      .getClient(context)
      .purgeInstanceHistoryBy({ ...began, runtimeStatus: ENDED });
    return instancesDeleted;
  },
});

async function startUnlessRunning<I extends { readonly requestId: string }>(
  context: InvocationContext,
  orchestrator: string,
  instanceId: string,
  input: I,
): Promise<void> {
  const span = { kind: "message", requestId: input.requestId } as const;
  // The client sends the place of this span along, and Durable gives it to all that the orchestration does, days later, too.
  await inSpan(`start ${orchestrator}`, span, async () => {
    try {
      // The client is made only when it is needed: the echo of our own write, for one, starts nothing.
      await df.getClient(context).startNew(orchestrator, { instanceId, input });
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  });
}

/**
 * Whether the durable extension answered with this status. Only the text of the error tells.
 * @see durable-functions 3.5.0, DurableClient (createGenericError), and its 404 texts
 */
export function hasStatus(error: unknown, status: 404 | 409): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.message.includes(`status code: ${status}`) ||
    (status === 404 && /No instance with ID|HTTP 404 /i.test(error.message))
  );
}
