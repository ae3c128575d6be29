import type { InvocationResult, TypedData } from "../contract.ts";
import { EventType, type HistoryEvent, historyEvent } from "./history.ts";
import { jsonText } from "./json-text.ts";

/**
 * What an activity receives, as text for the database; null stands for no input.
 * The SDK has turned string inputs into JSON text already, so strings go on as they are.
 */
export function inputText(input: unknown): string | null {
  return typeof input === "string" ? input : jsonText(input);
}

/** The event that tells the orchestrator how an activity went. */
export function activityEvent(
  now: number,
  taskId: number,
  name: string,
  result: InvocationResult,
): HistoryEvent {
  if (result.ok) {
    return historyEvent(now, {
      EventType: EventType.TaskCompleted,
      TaskScheduledId: taskId,
      Result: resultText(result.returnValue),
    });
  }
  // Two blanks, as the extension writes it.
  const Reason = `Activity function '${name}' failed:  ${result.error.message}`;
  const Details = exceptionText(result.error);
  return historyEvent(now, { EventType: EventType.TaskFailed, TaskScheduledId: taskId, Reason, Details });
}

/** The result as JSON text; nothing returned becomes `null`. */
function resultText(value: TypedData | null | undefined): string {
  if (typeof value?.string === "string") return JSON.stringify(value.string);
  if (typeof value?.json === "string") return value.json;
  if (value?.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString("base64"));
  return JSON.stringify(value?.int ?? value?.double ?? null);
}

/** The outer members of the serialized .NET exception that the extension puts here. */
function exceptionText({ message, stack }: { message: string; stack: string }): string {
  return JSON.stringify({
    $type: "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script",
    IsUserException: false,
    RemoteMessage: message,
    RemoteStackTrace: stack,
    ClassName: "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException",
    Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
  });
}
