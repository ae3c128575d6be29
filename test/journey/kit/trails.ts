import { expect } from "vitest";
import type { Reach } from "../stack.ts";
import { eventually } from "./patience.ts";

/** The audit trail of a connection that a rule is sure about. */
export const BY_RULE = ["received", "assessed", "decided", "applying", "applied", "verified"];

/** The audit trail of a request that waits for people. */
export const ASKED = ["received", "assessed", "asked"];

/** What follows when one person's word settles it. */
export const ANSWERED = ["reviewed", "decided", "applying", "applied", "verified"];

/** Waits until the trail is exactly this. */
export const trailBecomes = (
  stack: Pick<Reach, "trail">,
  name: string,
  trail: readonly string[],
): Promise<void> => eventually(async () => expect(await stack.trail(name)).toEqual(trail));

/**
 * Waits for the end: this trail, this status, and ARM was changed exactly once. Whether a wait for ARM grew long enough to
 * be recorded is the machine's doing; tests in virtual time know when it is.
 */
export async function settlesOnce(
  stack: Pick<Reach, "arm" | "trail">,
  name: string,
  trail: readonly string[],
  status: "Approved" | "Rejected" = "Approved",
): Promise<void> {
  await eventually(async () =>
    expect((await stack.trail(name)).filter((kind) => kind !== "delayed")).toEqual(trail),
  );
  expect(await stack.arm.connection(name)).toMatchObject({ status });
  const writes = await stack.arm.writes(name);
  expect(writes.filter(({ effective }) => effective)).toHaveLength(1);
}
