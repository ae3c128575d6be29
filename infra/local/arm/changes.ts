import { randomUUID } from "node:crypto";
import type { World } from "./call.ts";
import type { Change, Store } from "./store.ts";

/** A private endpoint was created or deleted: so Resource Graph and the Activity Log will say. */
export function recordChange({ changes }: Store, endpointId: string, change: Change): void {
  const before = changesOf(changes, endpointId);
  const last = before.at(-1);
  // Whom the control interface named as the creator beforehand stands: it knows better who is behind the caller.
  if (change.type === "Create" && last?.type === "Create") {
    const named = { ...last, correlationId: change.correlationId };
    changes.put(endpointId, { endpointId, changes: [...before.slice(0, -1), named] });
    return;
  }
  changes.put(endpointId, { endpointId, changes: [...before, change] });
}

/** Says who made the endpoint that is there, or the next one; it was made at `at`, by default when it was. */
export function nameCreator(
  { changes }: Store,
  endpointId: string,
  { by, claims, at }: Pick<Change, "by" | "claims"> & { readonly at: string | undefined },
): void {
  const before = changesOf(changes, endpointId);
  const last = before.at(-1);
  const isNamed = last?.type === "Create";
  const creation: Change = {
    type: "Create",
    by,
    at: at ?? (isNamed ? last.at : new Date().toISOString()),
    correlationId: isNamed ? last.correlationId : randomUUID(),
    claims,
  };
  changes.put(endpointId, { endpointId, changes: [...(isNamed ? before.slice(0, -1) : before), creation] });
}

/** The last change that Resource Graph shows already. */
export const lastShownChange = ({ store, changesLagMs }: World, endpointId: string, now: number) =>
  changesOf(store.changes, endpointId)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .findLast(({ at }) => Date.parse(at) <= now - changesLagMs);

const changesOf = (changes: Store["changes"], endpointId: string): readonly Change[] =>
  changes.get(endpointId)?.changes ?? [];
