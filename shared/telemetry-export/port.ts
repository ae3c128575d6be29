import type { Attributes, Link, SpanContext, SpanKind, SpanStatus } from "@opentelemetry/api";

/** A span that has ended. Times are epoch milliseconds. */
export interface EndedSpan {
  readonly context: SpanContext;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly links: readonly Link[];
}

/** What was measured under one set of attributes since the process began, or for a gauge the last value. */
export type Point = { readonly attributes: Attributes } & (
  | { readonly value: number }
  | {
      readonly count: number;
      readonly sum: number;
      readonly min: number;
      readonly max: number;
      /** How many were at most each of `BOUNDS`, and above the one before; the last one has the rest. */
      readonly buckets: readonly number[];
    }
);

/** One figure with all its points. */
export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly points: readonly Point[];
}

/** Upper bounds of a histogram's buckets, in seconds: from one write to a wait of days. */
export const BOUNDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 14_400, 86_400, 259_200,
] as const;

/** Where telemetry goes. What it throws is told to operators, and never to the app. */
export interface Exporter {
  /** For people: where it goes, without secrets. */
  readonly name: string;
  sendSpans(spans: readonly EndedSpan[]): Promise<void>;
  /** @param between since when counters count, and when they were read; epoch milliseconds */
  sendMetrics(
    measured: readonly Measured[],
    between: { readonly from: number; readonly to: number },
  ): Promise<void>;
}

/** Whose telemetry it is: `service.name` and the like. */
export type Resource = Readonly<Record<string, string>>;
