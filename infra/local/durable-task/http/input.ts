import { queryValue, queryValues } from "../../kit/query.ts";
import type { HttpCall } from "../contract.ts";
import type { InstanceFilter } from "../store/instances.ts";
import { BadRequest } from "./bad-request.ts";

const MAX_ID_LENGTH = 100;

/** @throws BadRequest for ids that the extension refuses. @see DurableClient.cs, "Orchestration instance ids must not" */
export function checkInstanceId(id: string): string {
  if (id.startsWith("@")) throw new BadRequest("Orchestration instance ids must not start with @.");
  if (id.length > MAX_ID_LENGTH) {
    throw new BadRequest(`Instance ID lengths must not exceed ${MAX_ID_LENGTH} characters.`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[/\\#?\u0000-\u001f\u007f-\u009f]/.test(id)) {
    throw new BadRequest("Orchestration instance ids must not contain /, \\, #, ?, or control characters.");
  }
  return id;
}

export const INVALID_JSON = "Invalid JSON content";

/** @returns the body as JSON text, or null when there is none. @throws BadRequest */
export function jsonBody({ body }: HttpCall): string | null {
  const text = body.trim();
  if (text === "") return null;
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new BadRequest(INVALID_JSON, { cause });
  }
  return text;
}

/** @throws BadRequest unless the body is declared as JSON */
export function demandJsonType(call: HttpCall): void {
  if (header(call, "content-type")?.split(";")[0]?.trim().toLowerCase() === "application/json") return;
  throw new BadRequest("Only application/json request content is supported");
}

/** @param wanted in lower case */
export function header({ headers }: HttpCall, wanted: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** A flag of the query; everything but true and false is no answer. */
export function flag(query: URLSearchParams, name: string, otherwise: boolean): boolean {
  const value = queryValue(query, name)?.toLowerCase();
  return value === "true" || value === "false" ? value === "true" : otherwise;
}

/** @see OrchestrationRuntimeStatus.cs in the Durable extension; case counts */
const STATUSES: ReadonlySet<string> = new Set([
  "Running",
  "Completed",
  "ContinuedAsNew",
  "Failed",
  "Canceled",
  "Terminated",
  "Pending",
  "Suspended",
]);

/** The query's creation times and statuses; what cannot be read counts as not given, as in the extension. */
export function instanceFilter(query: URLSearchParams): InstanceFilter & { hasCreatedFrom: boolean } {
  const createdFrom = moment(queryValue(query, "createdTimeFrom"));
  const createdTo = moment(queryValue(query, "createdTimeTo"));
  const statuses = queryValues(query, "runtimeStatus").flatMap((list) => list.split(","));
  return {
    createdFrom: createdFrom ?? 0,
    createdTo: createdTo ?? Number.MAX_SAFE_INTEGER,
    statuses: statuses.map((status) => status.trim()).filter((status) => STATUSES.has(status)),
    hasCreatedFrom: createdFrom !== undefined,
  };
}

function moment(text: string | null): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
