import { writeHostKeys } from "../kit/host-keys.ts";
import { isOfSameOrigin } from "../kit/origin.ts";
import { queryValues } from "../kit/query.ts";
import { isSameSecret } from "../kit/secret.ts";
import type { AppFunction } from "./app.ts";
import type { HttpCall } from "./http/call.ts";
import type { HostState } from "./state.ts";

/** What an HTTP function asks of its callers. */
export const AUTH_LEVELS = ["anonymous", "function", "admin"] as const;
export type AuthLevel = (typeof AUTH_LEVELS)[number];

/** Who may call what. */
export interface Gate {
  mayCall(fn: AppFunction, level: AuthLevel, call: HttpCall): boolean;
  mayAdminister(call: HttpCall): boolean;
  maySendEvents(call: HttpCall): boolean;
}

/**
 * Lets everybody call, as Core Tools do. What rules the host asks for the master key all the same, or for a page of this
 * host: any page in a browser on this machine could send a call here.
 */
export function openGate(state: HostState, dataDir: string): { gate: Gate; file: string } {
  const master = state.key("master");
  const gate: Gate = {
    mayCall: () => true,
    mayAdminister: (call) => isOneOf(presented(call), [master]) || isOfSameOrigin(call.headers),
    maySendEvents: () => true,
  };
  return { gate, file: writeHostKeys(dataDir, { masterKey: master }) };
}

/**
 * Asks for keys as Azure does: a function's own, the host's, or the master key, which opens everything. Makes what is
 * missing and tells all of them. Keys stay the same across restarts.
 * @see https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
 */
export function keyedGate(
  state: HostState,
  functions: readonly AppFunction[],
  dataDir: string,
): { gate: Gate; file: string } {
  const master = state.key("master");
  const host = state.key("host/default");
  const eventGrid = state.key("eventgrid_extension");
  const keyOf = ({ name }: AppFunction) => state.key(`function/${name.toLowerCase()}/default`);
  const httpFunctions = functions.filter(({ trigger }) => trigger.type.toLowerCase() === "httptrigger");
  const keys = {
    masterKey: master,
    hostKeys: { default: host },
    functionKeys: Object.fromEntries(httpFunctions.map((fn) => [fn.name, { default: keyOf(fn) }])),
    systemKeys: { eventgrid_extension: eventGrid, durabletask_extension: state.key("durabletask") },
  };
  const gate: Gate = {
    mayCall: (fn, level, call) => {
      if (level === "anonymous") return true;
      return isOneOf(presented(call), level === "admin" ? [master] : [keyOf(fn), host, master]);
    },
    mayAdminister: (call) => isOneOf(presented(call), [master]),
    maySendEvents: (call) => isOneOf(presented(call), [eventGrid, master]),
  };
  return { gate, file: writeHostKeys(dataDir, keys) };
}

/** The header wins over the query. */
function presented({ headers, url }: HttpCall): string | null {
  return headers["x-functions-key"]?.toString() ?? queryValues(url.searchParams, "code")[0] ?? null;
}

const isOneOf = (given: string | null, keys: readonly string[]): boolean =>
  given !== null && keys.some((key) => isSameSecret(given, key));
