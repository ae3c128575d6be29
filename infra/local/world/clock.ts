import * as z from "zod";
import { CommandError } from "../kit/errors.ts";
import { readMasterKey } from "../kit/host-keys.ts";
import { type DataFolder, dataOption, startCommand } from "../supervisor/data-folder.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";

const Time = z.object({ now: z.iso.datetime(), aheadMs: z.number() });
const Refusal = z.object({ message: z.string() });

/** What time it is in the stack, and how far that is ahead of the machine's. */
type Time = z.infer<typeof Time>;

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** The virtual clock of a running stack. */
export interface StackClock {
  read(): Promise<Time>;
  /** Resolves when everything that came due on the way has been done. @param ms milliseconds */
  advance(ms: number): Promise<Time>;
}

/** @throws CommandError (from its verbs) when the stack has the machine's time, or cannot go on */
export function clockOf(folder: DataFolder, { app }: Endpoints): StackClock {
  const key = readMasterKey(folder.app);
  async function call(init: RequestInit): Promise<Time> {
    const headers = { "content-type": "application/json", "x-functions-key": key };
    const response = await reach("The app", `${app}/admin/clock`, { headers, ...init });
    if (response.ok) return Time.parse(await response.json());
    if (response.status === 404) {
      const start = `${startCommand(folder)}${dataOption(folder) === "" ? " --" : ""} --virtual-clock`;
      throw new CommandError(`The time here is the machine's. Stop it, and start it with: ${start}`);
    }
    throw new CommandError(Refusal.parse(await response.json()).message);
  }
  return {
    read: () => call({ method: "GET" }),
    advance: (ms) => call({ method: "POST", body: JSON.stringify({ advance: timeSpan(ms) }) }),
  };
}

export function tellTime({ now, aheadMs }: Time): string {
  const hours = Math.round((aheadMs / HOUR_MS) * 10) / 10;
  return `${now}, ${hours} h ahead of this machine`;
}

/** `1.04:00:00`, as the host takes it. */
function timeSpan(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const seconds = Math.round(ms / SECOND_MS);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  return `${Math.floor(hours / 24)}.${two(hours % 24)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
