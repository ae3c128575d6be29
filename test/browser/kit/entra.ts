import type { World } from "./visits.ts";

/** Tells the Entra stand-in, by its control interface. */
export async function entra(world: World, command: "tokens" | "sessions", body: object): Promise<void> {
  const { entra: origin, armControl } = world.endpoints();
  const response = await fetch(`${origin}/_control/${command}`, {
    method: "POST",
    headers: { "x-control-key": armControl.key },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${command} answered ${response.status}: ${await response.text()}`);
}
