import * as z from "zod";
import { type Instant, instant } from "../connection/connection.ts";
import type { Closing } from "./closing.ts";

const DAY_MS = 24 * 60 * 60_000;

const count = z.int().min(0);

/** One day in UTC, and how many of the requests that closed on it whose word decided. */
export const DayFigures = z
  .object({ day: z.iso.date().describe("In UTC."), policy: count, people: count, integrations: count })
  .meta({ id: "DayFigures" });
export type DayFigures = z.infer<typeof DayFigures>;

/** What is counted, from the first moment until before the second. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Counts decisions by the day on which their requests closed; each day that the span touches is there from the start. */
export class Days {
  readonly #days: ReadonlyMap<string, DayFigures>;

  constructor({ from, to }: Span) {
    const days: [string, DayFigures][] = [];
    for (let ms = startOfDay(from); ms < Date.parse(to); ms += DAY_MS) {
      const day = dayOf(instant(ms));
      days.push([day, { day, policy: 0, people: 0, integrations: 0 }]);
    }
    this.#days = new Map(days);
  }

  add({ at, by }: Pick<Closing, "at" | "by">): void {
    const day = this.#days.get(dayOf(at));
    if (day !== undefined && by !== null && by !== "system") day[by] += 1;
  }

  /** The first one first. */
  all(): DayFigures[] {
    return [...this.#days.values()];
  }
}

/** Of an ISO 8601 moment in UTC, which every `Instant` is. */
const dayOf = (at: Instant): string => at.slice(0, 10);

const startOfDay = (at: Instant): number => Math.floor(Date.parse(at) / DAY_MS) * DAY_MS;
