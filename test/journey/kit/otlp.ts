import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.string().optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }).optional(),
});
const Attributes = z
  .array(z.strictObject({ key: z.string(), value: Value }))
  .transform((list) =>
    Object.fromEntries(
      list.map(({ key, value }) => [
        key,
        value.arrayValue?.values[0]?.stringValue ?? Object.values(value)[0] ?? null,
      ]),
    ),
  );
const Resource = z.object({ attributes: Attributes });
const Span = z.strictObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  name: z.string(),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: z.string().regex(/^\d{19}$/),
  endTimeUnixNano: z.string().regex(/^\d{19}$/),
  attributes: Attributes,
  status: z.strictObject({ code: z.int().min(0).max(2) }),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
});
export type Span = z.infer<typeof Span>;
const Traces = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: Resource,
      scopeSpans: z.array(z.strictObject({ scope: z.object({ name: z.string() }), spans: z.array(Span) })),
    }),
  ),
});

const times = { startTimeUnixNano: z.string(), timeUnixNano: z.string() };
const Numbers = z.strictObject({ ...times, attributes: Attributes, asDouble: z.number() });
const Histogram = z
  .strictObject({
    ...times,
    attributes: Attributes,
    count: z.string(),
    sum: z.number(),
    min: z.number(),
    max: z.number(),
    explicitBounds: z.array(z.number()),
    bucketCounts: z.array(z.string()),
  })
  .refine(({ explicitBounds, bucketCounts }) => bucketCounts.length === explicitBounds.length + 1)
  .refine(
    ({ count, bucketCounts }) => bucketCounts.reduce((sum, some) => sum + Number(some), 0) === Number(count),
  );
const Metric = z.object({
  name: z.string(),
  unit: z.string(),
  gauge: z.strictObject({ dataPoints: z.array(Numbers) }).optional(),
  sum: z
    .strictObject({
      aggregationTemporality: z.literal(2),
      isMonotonic: z.literal(true),
      dataPoints: z.array(Numbers),
    })
    .optional(),
  histogram: z
    .strictObject({ aggregationTemporality: z.literal(2), dataPoints: z.array(Histogram) })
    .optional(),
});
export type Metric = z.infer<typeof Metric>;
const Metrics = z.strictObject({
  resourceMetrics: z.array(
    z.strictObject({
      resource: Resource,
      scopeMetrics: z.array(z.object({ metrics: z.array(Metric) })),
    }),
  ),
});

/** Takes traces and figures as OTLP over HTTP in JSON, by the protocol's own schema, on this machine. */
export class OtlpReceiver {
  readonly spans: Span[] = [];
  /** The last of each figure. */
  readonly metrics = new Map<string, Metric>();
  /** All that came, as it came. */
  readonly bodies: string[] = [];
  /** What came and is not as the protocol has it. */
  readonly wrong: string[] = [];
  /** What is answered; nothing at all where it is null. */
  status: number | null = 200;
  requests = 0;
  readonly #server = createServer(async (request, response) => {
    this.requests += 1;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (this.status === null) return;
    if (this.status === 200) this.#take(String(request.url), Buffer.concat(parts).toString("utf8"));
    response.writeHead(this.status, { "content-type": "application/json" }).end("{}");
  });

  static async open(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(path: string, body: string): void {
    this.bodies.push(body);
    const json: unknown = JSON.parse(body);
    const parsed = (path === "/v1/traces" ? Traces : Metrics).safeParse(json);
    if (!parsed.success) this.wrong.push(z.prettifyError(parsed.error));
    else if ("resourceSpans" in parsed.data)
      this.spans.push(
        ...parsed.data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      );
    else
      for (const { scopeMetrics } of parsed.data.resourceMetrics)
        for (const { metrics } of scopeMetrics)
          for (const metric of metrics) this.metrics.set(metric.name, metric);
  }
}
