import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { SCOPE } from "../telemetry/spans.ts";
import { BOUNDS, type EndedSpan, type Exporter, type Measured, type Point, type Resource } from "./port.ts";
import type { Post } from "./post.ts";

/**
 * OTLP over HTTP, as JSON.
 * @param endpoint the base, below which are `v1/traces` and `v1/metrics`
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp and opentelemetry-proto, trace.proto and metrics.proto
 */
export function otlpExporter(
  { endpoint, headers }: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> },
  resource: Resource,
  post: Post,
): Exporter {
  const base = endpoint.replace(/\/+$/, "");
  const about = { resource: { attributes: attributesOf(resource) } };
  const scope = { name: SCOPE };
  const json = { ...headers, "content-type": "application/json" };
  return {
    name: new URL(endpoint).origin,
    sendSpans: async (spans) => {
      const resourceSpans = [{ ...about, scopeSpans: [{ scope, spans: spans.map(spanIn) }] }];
      await post(`${base}/v1/traces`, json, JSON.stringify({ resourceSpans }));
    },
    sendMetrics: async (measured, { from, to }) => {
      const times = { startTimeUnixNano: nanoseconds(from), timeUnixNano: nanoseconds(to) };
      const metrics = measured.map((one) => metricIn(one, times));
      const resourceMetrics = [{ ...about, scopeMetrics: [{ scope, metrics }] }];
      await post(`${base}/v1/metrics`, json, JSON.stringify({ resourceMetrics }));
    },
  };
}

const spanIn = ({ context, parentSpanId, name, kind, startedAt, endedAt, ...span }: EndedSpan) => ({
  traceId: context.traceId,
  spanId: context.spanId,
  ...(parentSpanId !== null && { parentSpanId }),
  name,
  // The API counts from 0, the protocol from 1.
  kind: kind + 1,
  startTimeUnixNano: nanoseconds(startedAt),
  endTimeUnixNano: nanoseconds(endedAt),
  attributes: attributesOf(span.attributes),
  status: { code: span.status.code },
  links: span.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId })),
});

/** Counters and histograms since the process began. */
const CUMULATIVE = 2;

interface Times {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

function metricIn({ name, unit, description, kind, points }: Measured, times: Times) {
  const dataPoints = points.map((point) => ({ ...times, ...pointIn(point) }));
  const common = { name, unit, description };
  if (kind === "gauge") return { ...common, gauge: { dataPoints } };
  const data = { aggregationTemporality: CUMULATIVE, dataPoints };
  return kind === "counter"
    ? { ...common, sum: { ...data, isMonotonic: true } }
    : { ...common, histogram: data };
}

function pointIn(point: Point) {
  const attributes = attributesOf(point.attributes);
  if ("value" in point) return { attributes, asDouble: point.value };
  const { count, sum, min, max, buckets } = point;
  return {
    attributes,
    ...{ count: String(count), sum, min, max },
    explicitBounds: BOUNDS,
    bucketCounts: buckets.map(String),
  };
}

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueIn(value) }],
  );

function valueIn(value: AttributeValue): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map((one) => valueIn(one ?? "")) } };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { stringValue: String(value) };
}

/** Above what a number holds, so a text, as the protocol's JSON wants it. */
const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n);
