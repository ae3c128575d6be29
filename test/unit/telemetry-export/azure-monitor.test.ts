import { ROOT_CONTEXT, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { azureMonitorExporter } from "../../../shared/telemetry-export/azure-monitor.ts";
import { Measurements } from "../../../shared/telemetry-export/meter.ts";
import type { EndedSpan } from "../../../shared/telemetry-export/port.ts";
import { tracerProvider } from "../../../shared/telemetry-export/tracer.ts";

const KEY = "5a7c9e10-2b4d-4f68-8a0c-1e3f5a7b9c0d";

function anExporter(isAway: () => boolean = () => false) {
  const posts: {
    url: string;
    headers: Readonly<Record<string, string>>;
    items: Record<string, unknown>[];
  }[] = [];
  const exporter = azureMonitorExporter(
    { instrumentationKey: KEY, endpoint: "https://in.example/", token: async () => "a-token" },
    { "service.name": "approvals", "service.instance.id": "one" },
    async (url, headers, body) => {
      if (isAway()) throw new Error("it answered 503");
      posts.push({ url, headers, items: JSON.parse(body) });
      return "";
    },
  );
  return { exporter, posts };
}

test("a span becomes a dependency in its trace, with the app's identity", async () => {
  const { exporter, posts } = anExporter();
  const spans: EndedSpan[] = [];
  const tracer = tracerProvider((span) => spans.push(span)).getTracer("test");
  const span = tracer.startSpan(
    "PUT x",
    { kind: SpanKind.CLIENT, attributes: { "pec.request.id": "pec-1" } },
    ROOT_CONTEXT,
  );
  span.setAttribute("http.response.status_code", 403).setStatus({ code: SpanStatusCode.ERROR });
  span.end();

  await exporter.sendSpans(spans);

  expect(posts).toMatchObject([
    {
      url: "https://in.example/v2.1/track",
      headers: { authorization: "Bearer a-token" },
      items: [
        {
          iKey: KEY,
          tags: { "ai.operation.id": span.spanContext().traceId, "ai.cloud.role": "approvals" },
          data: {
            baseType: "RemoteDependencyData",
            baseData: {
              name: "PUT x",
              type: "HTTP",
              resultCode: "403",
              success: false,
              duration: expect.stringMatching(/^0\.00:00:00\.\d{7}$/),
              properties: { "pec.request.id": "pec-1" },
            },
          },
        },
      ],
    },
  ]);
});

test("a counter tells what was added since the last time, and nothing where nothing was", async () => {
  const { exporter, posts } = anExporter();
  const measurements = new Measurements();
  const counter = measurements.getMeter().createCounter("decisions");
  const send = () => exporter.sendMetrics(measurements.read(), { from: 0, to: 1 });

  counter.add(2, { outcome: "approve" });
  await send();
  counter.add(3, { outcome: "approve" });
  await send();
  await send();

  const values = posts.flatMap(({ items }) =>
    items.map(
      ({ data }) => (data as { baseData: { metrics: { value: number }[] } }).baseData.metrics[0]?.value,
    ),
  );
  expect(values).toEqual([2, 3]);
});

test("what was counted while nothing arrived is told once something does", async () => {
  let isAway = true;
  const { exporter, posts } = anExporter(() => isAway);
  const measurements = new Measurements();
  const send = () => exporter.sendMetrics(measurements.read(), { from: 0, to: 1 });
  measurements.getMeter().createCounter("failures").add(2);

  await expect(send()).rejects.toThrow("it answered 503");
  isAway = false;
  await send();
  await send();

  expect(posts.flatMap(({ items }) => items)).toMatchObject([
    { data: { baseData: { metrics: [{ name: "failures", value: 2 }] } } },
  ]);
});

test("a figure keeps at most 200 sets of attributes, and counts the rest as one", () => {
  const measurements = new Measurements();
  const counter = measurements.getMeter().createCounter("decisions");

  for (let at = 0; at < 1_000; at++) counter.add(1, { rule: `rule ${at}` });

  const [{ points } = { points: [] }] = measurements.read();
  expect(points).toHaveLength(201);
  expect(points.at(-1)).toEqual({ attributes: { "otel.metric.overflow": true }, value: 800 });
});
