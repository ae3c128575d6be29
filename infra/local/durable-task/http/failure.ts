import type { HttpReply } from "../contract.ts";
import { json } from "./reply.ts";

/** What the extension throws, by the name of its type in .NET. */
const TYPES = {
  argument: "System.ArgumentException",
  range: "System.ArgumentOutOfRangeException",
  exists: "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
  invalidOperation: "System.InvalidOperationException",
  json: "Newtonsoft.Json.JsonReaderException",
} as const;

/** Why a call failed inside the extension. */
export interface Cause {
  readonly type: keyof typeof TYPES;
  readonly message: string;
}

/**
 * An error that an exception is behind: the same words for each of a kind, and beside them what was thrown. The stack
 * trace is a line of our own: .NET's tells of code that is not here.
 * @see HttpError in System.Web.Http, which HttpRequestMessage.CreateErrorResponse(status, message, exception) makes
 */
export const failure = (status: number, Message: string, { type, message }: Cause): HttpReply =>
  json(status, {
    Message,
    ExceptionMessage: message,
    ExceptionType: TYPES[type],
    StackTrace: "   at Microsoft.Azure.WebJobs.Extensions.DurableTask.HttpApiHandler",
  });

/** What is said about whatever nobody has foreseen. @see HttpApiHandler.HandleRequestAsync */
export const SOMETHING_WENT_WRONG = "Something went wrong while processing your request";
