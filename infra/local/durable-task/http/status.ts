import type { Instance } from "../store/schema.ts";

/** What of an instance to show beside its state. */
export interface Shown {
  input: boolean;
  /** JSON text, or undefined when the history was not asked for. */
  historyEvents: string | undefined;
}

/** JSON text of an instance's status; input, output and custom status are JSON texts already. */
export function statusText(instance: Instance, { input, historyEvents }: Shown): string {
  const { name, id: instanceId, status: runtimeStatus, created, updated } = instance;
  const head = JSON.stringify({ name, instanceId, runtimeStatus }).slice(0, -1);
  const times = JSON.stringify({ createdTime: seconds(created), lastUpdatedTime: seconds(updated) }).slice(
    1,
    -1,
  );
  const shownInput = input ? (instance.input ?? "null") : "null";
  const history = historyEvents === undefined ? "" : `,"historyEvents":${historyEvents}`;
  return (
    `${head},"input":${shownInput},"customStatus":${instance.customStatus ?? "null"},` +
    `"output":${instance.output ?? "null"},${times}${history}}`
  );
}

/** `yyyy-MM-ddTHH:mm:ssZ`: the extension gives whole seconds. */
function seconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
