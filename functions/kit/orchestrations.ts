import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { type ApprovalRequest, instanceIdOf, settledEvent } from "../../shared/request/request.ts";
import type { Orchestrations } from "../../shared/workflow/port.ts";

/** Name of the orchestrator; instances outlive deployments, so it never changes. */
export const APPROVE_CONNECTION = "approveConnection";

/** The orchestrations by the durable client of this invocation. */
export function orchestrationsOf(context: InvocationContext): Orchestrations {
  // Made only when it is needed: the echo of our own write, for one, starts nothing.
  const client = () => df.getClient(context);

  const start = async (request: ApprovalRequest): Promise<void> => {
    const { id: requestId, round } = request;
    try {
      await client().startNew(APPROVE_CONNECTION, {
        instanceId: instanceIdOf(request),
        input: { requestId, round },
      });
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  };

  return {
    start,
    settle: async (request, askedSeq) => {
      try {
        await client().raiseEvent(instanceIdOf(request), settledEvent(askedSeq), {});
      } catch (error) {
        // No such instance: it was never started, or it is purged. A fresh one reads the store and finds the same.
        if (!hasStatus(error, 404)) throw error;
        if (request.state !== "closed") await start(request);
      }
    },
  };
}

/**
 * Whether the durable extension answered with this status. Only the text of the error tells.
 * @see durable-functions 3.5.0, DurableClient (createGenericError), and its 404 texts
 */
function hasStatus(error: unknown, status: 404 | 409): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.message.includes(`status code: ${status}`) ||
    (status === 404 && /No instance with ID/i.test(error.message))
  );
}
