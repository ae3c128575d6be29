import { type Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { EndedSpan, Exporter, Measured, Point, Resource } from "./port.ts";
import type { Post } from "./post.ts";

/** Application Insights, as its connection string names it. */
export interface Ingestion {
  readonly instrumentationKey: string;
  readonly endpoint: string;
  /** A token of the app's identity; null where the place takes what comes with its key alone. */
  readonly token: (() => Promise<string>) | null;
}

/** Azure Monitor takes no longer names. */
const MAX_NAME_CHARACTERS = 1_024;

/**
 * Application Insights' own ingestion. Spans become dependencies, and figures custom metrics: what was counted since the last
 * time, since that is what they add up.
 * @see https://learn.microsoft.com/azure/azure-monitor/app/asp-net-troubleshoot-no-data (the endpoint, v2.1/track) and the
 * schemas of its envelopes, github.com/microsoft/ApplicationInsights-Home, EndpointSpecs/Schemas/Bond
 */
export function azureMonitorExporter(
  { instrumentationKey: iKey, endpoint, token }: Ingestion,
  resource: Resource,
  post: Post,
): Exporter {
  const url = `${endpoint.replace(/\/+$/, "")}/v2.1/track`;
  const cloud = {
    "ai.cloud.role": resource["service.name"],
    "ai.cloud.roleInstance": resource["service.instance.id"],
  };
  const envelope = (at: number, baseType: string, baseData: object, tags: object = {}) => ({
    name: `Microsoft.ApplicationInsights.${baseType.replace(/Data$/, "")}`,
    time: new Date(at).toISOString(),
    iKey,
    tags: { ...cloud, ...tags },
    data: { baseType, baseData: { ver: 2, ...baseData } },
  });
  const send = async (envelopes: readonly object[]): Promise<void> => {
    if (envelopes.length === 0) return;
    const headers = {
      "content-type": "application/json",
      ...(token !== null && { authorization: `Bearer ${await token()}` }),
    };
    await post(url, headers, JSON.stringify(envelopes));
  };
  const told = new Map<string, Point>();
  return {
    name: new URL(endpoint).origin,
    sendSpans: (spans) =>
      send(
        spans.map((span) =>
          envelope(span.startedAt, "RemoteDependencyData", dependencyOf(span), {
            "ai.operation.id": span.context.traceId,
            ...(span.parentSpanId !== null && { "ai.operation.parentId": span.parentSpanId }),
          }),
        ),
      ),
    sendMetrics: async (measured, { to }) => {
      // What does not arrive is told with what comes next.
      const said = new Map(told);
      await send(
        measured.flatMap((one) =>
          addedTo(said, one).map(({ data, attributes }) =>
            envelope(to, "MetricData", {
              metrics: [{ name: one.name, ...data }],
              properties: texts(attributes),
            }),
          ),
        ),
      );
      for (const [key, point] of said) told.set(key, point);
    },
  };
}

const TYPES: Readonly<Partial<Record<SpanKind, string>>> = {
  [SpanKind.CLIENT]: "HTTP",
  [SpanKind.PRODUCER]: "Queue Message",
};

function dependencyOf({ context, name, kind, startedAt, endedAt, attributes, status }: EndedSpan): object {
  return {
    name: name.slice(0, MAX_NAME_CHARACTERS),
    id: context.spanId,
    type: TYPES[kind] ?? "InProc",
    ...(attributes["server.address"] !== undefined && { target: String(attributes["server.address"]) }),
    resultCode: String(attributes["http.response.status_code"] ?? attributes["error.type"] ?? 0),
    duration: timeSpan(endedAt - startedAt),
    success: status.code !== SpanStatusCode.ERROR,
    properties: texts(attributes),
  };
}

/** What came to a figure since it was last told; gauges as they are. */
function addedTo(told: Map<string, Point>, { name, kind, points }: Measured) {
  return points.flatMap((point) => {
    const key = `${name} ${JSON.stringify(point.attributes)}`;
    const before = told.get(key);
    told.set(key, point);
    const { attributes } = point;
    if ("value" in point) {
      const past = kind === "counter" && before !== undefined && "value" in before ? before.value : 0;
      const value = point.value - past;
      return kind === "counter" && value === 0 ? [] : [{ attributes, data: { value, count: 1 } }];
    }
    const past = before !== undefined && "sum" in before ? before : { count: 0, sum: 0 };
    const count = point.count - past.count;
    // The least and the most are those of the whole life: only the sum and the number can be taken apart.
    const { min, max } = point;
    return count === 0
      ? []
      : [{ attributes, data: { kind: 1, value: point.sum - past.sum, count, min, max } }];
  });
}

const texts = (attributes: Attributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]));

/** As .NET writes it: `d.hh:mm:ss.fffffff`. */
function timeSpan(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(whole / 86_400_000);
  const clock = `${two((whole / 3_600_000) % 24)}:${two((whole / 60_000) % 60)}:${two((whole / 1_000) % 60)}`;
  return `${days}.${clock}.${String(whole % 1_000).padStart(3, "0")}0000`;
}
