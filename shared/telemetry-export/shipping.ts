import type { Measurements } from "./meter.ts";
import type { EndedSpan, Exporter } from "./port.ts";

interface ShippingOptions {
  readonly measurements: Measurements;
  /** How often spans go, and how often figures, in ms. */
  readonly every: { readonly spansMs: number; readonly metricsMs: number };
  /** For operators. */
  warn(line: string): void;
}

/** Spans that wait for one exporter; more are dropped, so that a slow one costs no memory. */
const MAX_WAITING = 2_048;
/** Spans that go at once. */
const MAX_BATCH = 512;
/** At the end of the process, which does not wait longer. */
const LAST_WORDS_MS = 3_000;

/** Brings telemetry to one exporter, in no invocation: whatever becomes of that, the app goes on, and operators are told once. */
export class Shipping {
  readonly #exporter: Exporter;
  readonly #options: ShippingOptions;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #from = Date.now();
  #waiting: EndedSpan[] = [];
  #sending: Promise<void> | null = null;
  #isTroubled = false;

  constructor(exporter: Exporter, options: ShippingOptions) {
    this.#exporter = exporter;
    this.#options = options;
    const { spansMs, metricsMs } = options.every;
    this.#timers = [
      setInterval(() => void this.#shipSpans(), spansMs),
      setInterval(() => void this.#shipMetrics(), metricsMs),
    ];
    // They keep no process alive that has nothing else to do.
    for (const timer of this.#timers) timer.unref();
  }

  take(span: EndedSpan): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(span);
    if (this.#waiting.length >= MAX_BATCH) void this.#shipSpans();
  }

  /** Sends what there is, as far as that is quickly done. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_WORDS_MS);
    });
    await Promise.race([Promise.all([this.#shipSpans(), this.#shipMetrics()]), tooLate]);
    clearTimeout(timer);
  }

  /** One after the other: an exporter that is slow has one batch in hand. */
  #shipSpans(): Promise<void> {
    this.#sending ??= this.#allSpans().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #allSpans(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MAX_BATCH);
      this.#waiting = this.#waiting.slice(MAX_BATCH);
      await this.#attempt(() => this.#exporter.sendSpans(batch));
    }
  }

  async #shipMetrics(): Promise<void> {
    const measured = this.#options.measurements.read();
    const between = { from: this.#from, to: Date.now() };
    if (measured.length > 0) await this.#attempt(() => this.#exporter.sendMetrics(measured, between));
  }

  async #attempt(send: () => Promise<void>): Promise<void> {
    try {
      await send();
      this.#isTroubled = false;
    } catch (error) {
      if (!this.#isTroubled)
        this.#options.warn(
          `Telemetry does not reach ${this.#exporter.name}, and is dropped until it does: ${reasonOf(error)}`,
        );
      this.#isTroubled = true;
    }
  }
}

/** Why a fetch failed stands in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  const cause = error.cause instanceof Error && "code" in error.cause ? ` (${String(error.cause.code)})` : "";
  return `${error.message}${cause}`.slice(0, 200);
}
