import type { AppFunction } from "./app.ts";
import { isDisabled } from "./settings.ts";

/** One line for each function, as Core Tools lists them: its name, and how it is reached or what triggers it. */
export function listFunctions(functions: readonly AppFunction[], url: string, routePrefix: string): string[] {
  const base = [url, routePrefix].filter((part) => part !== "").join("/");
  return functions.map((fn) => `  ${fn.name}: ${isDisabled(fn.name) ? "disabled" : reachedBy(fn, base)}`);
}

function reachedBy({ name, trigger }: AppFunction, base: string): string {
  if (trigger.type.toLowerCase() !== "httptrigger") return trigger.type;
  const { methods = ["GET", "POST"], route = name } = trigger as { methods?: string[]; route?: string };
  return `[${methods.length === 0 ? "any method" : methods.join(",")}] ${base}/${route.replace(/^\/+|\/+$/g, "")}`;
}
