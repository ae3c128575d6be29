import { QUERY_WINDOW_MS } from "./constants.ts";
import { ArmError } from "./errors.ts";

interface Window {
  endsAt: number;
  used: number;
}

/** Resource Graph's limit: so many queries of one caller in a window of 5 s, which begins with the first of them. */
export class QueryQuota {
  readonly #perWindow: number;
  readonly #windows = new Map<string, Window>();

  constructor(perWindow: number) {
    this.#perWindow = perWindow;
  }

  /** Counts a query, or refuses it. @returns the headers that every answer carries. */
  take(caller: string, now: number): Readonly<Record<string, string>> {
    const last = this.#windows.get(caller);
    const window = last && now < last.endsAt ? last : { endsAt: now + QUERY_WINDOW_MS, used: 0 };
    this.#windows.set(caller, window);
    const isLeft = window.used < this.#perWindow;
    if (isLeft) window.used += 1;
    const headers = {
      "x-ms-user-quota-remaining": String(this.#perWindow - window.used),
      "x-ms-user-quota-resets-after": `00:00:${String(Math.ceil((window.endsAt - now) / 1_000)).padStart(2, "0")}`,
    };
    if (isLeft) return headers;
    const code = "RateLimiting";
    throw new ArmError(code, "Please provide below info when asking for support.", headers, [
      {
        code,
        message:
          "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.",
      },
    ]);
  }
}
