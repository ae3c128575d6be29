import type { TypedData } from "../../durable-task/contract.ts";
import { parseJson } from "../../kit/json-text.ts";

/**
 * The items that one output value stands for: an array is one item per element, also when it comes as JSON text, and
 * anything else is a single item. Bytes are never looked into.
 * @see azure-functions-host, FunctionBinding.cs, ReadAsEnumerable
 */
export function itemsOf(data: TypedData): unknown[] {
  const value =
    data.json !== undefined
      ? (JSON.parse(data.json) as unknown)
      : (structureIn(data.string) ?? data.string ?? data.bytes ?? data.int ?? data.double);
  return Array.isArray(value) ? value : [value];
}

/** The object or array that a text is the JSON of. */
function structureIn(text: string | undefined): object | undefined {
  const value = parseJson(text ?? "");
  return typeof value === "object" && value !== null ? value : undefined;
}
