import { afterAll, describe, expect, test } from "vitest";
import { OtlpReceiver, type Span } from "./kit/otlp.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { BY_RULE, settlesOnce } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const CANARY = "canary-Zx81";
const receiver = await OtlpReceiver.open();

describe("telemetry", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: "200",
    OTEL_METRIC_EXPORT_INTERVAL: "200",
  });
  const { consumer, arm, api } = stack;
  afterAll(() => receiver.close());

  test("one trace leads from the hint over the orchestration's activities to the PUT that ARM knows", async () => {
    await consumer.requests("pe-trusted-traced", { message: `For ${CANARY}` });
    await settlesOnce(stack, "pe-trusted-traced", BY_RULE);
    const { id } = await api.request("pe-trusted-traced");
    const [put] = await arm.writes("pe-trusted-traced");

    const spans = await eventually(() => {
      const [written] = receiver.spans.filter(
        ({ name, attributes }) => name.startsWith("PUT") && attributes["pec.request.id"] === id,
      );
      const inTrace = receiver.spans.filter(({ traceId }) => traceId === written?.traceId);
      expect(inTrace.map(({ name }) => name)).toContain("apply");
      expect(inTrace.map(({ name }) => name)).toContain("eventHint");
      return inTrace;
    });

    const find = (name: string): Span[] => spans.filter((span) => span.name === name);
    const above = ({ parentSpanId }: Span): string | undefined =>
      spans.find(({ spanId }) => spanId === parentSpanId)?.name;
    const [write] = find("PUT privateEndpointConnection");
    expect(write).toMatchObject({
      kind: 3,
      attributes: {
        "pec.request.id": id,
        "http.response.status_code": "200",
        "http.response.header.x-ms-correlation-request-id": put?.correlationId,
        "http.request.header.x-ms-client-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    expect(write && above(write)).toBe("apply");
    expect(find("GET privateEndpointConnection").map(above)).toContain("assess");
    expect(find("start approveConnection").map(above)).toEqual(["eventHint"]);
    for (const name of ["assess", "apply", "start approveConnection"])
      for (const { attributes } of find(name)) expect(attributes["pec.request.id"]).toBe(id);
    expect(receiver.wrong).toEqual([]);
  });

  test("the figures arrive: decisions by rule, calls to ARM, how long it took, what waits", async () => {
    await stack.sweep();

    await eventually(() => {
      expect(receiver.metrics.get("pec.decisions")?.sum?.dataPoints).toContainEqual(
        expect.objectContaining({
          attributes: { outcome: "approve", path: "policy", rule: "trusted" },
          asDouble: 1,
        }),
      );
      expect(receiver.metrics.get("arm.requests")?.sum?.dataPoints).toContainEqual(
        expect.objectContaining({
          attributes: { operation: "PUT privateEndpointConnection", status: "200" },
          asDouble: 1,
        }),
      );
      const left = receiver.metrics.get("arm.ratelimit.remaining")?.gauge?.dataPoints ?? [];
      expect(left.map(({ attributes }) => attributes.limit).sort()).toEqual([
        "subscription-reads",
        "subscription-writes",
        "tenant-reads",
      ]);
      expect(receiver.metrics.get("pec.decision.duration")?.histogram?.dataPoints).toHaveLength(1);
      expect(receiver.metrics.get("audit.append.duration")?.histogram?.dataPoints).toHaveLength(1);
      expect(receiver.metrics.get("pec.pending.count")?.gauge?.dataPoints[0]?.asDouble).toBe(0);
    });
  });

  test("nothing that others wrote leaves with it: no message, no name, no body, no token", async () => {
    const all = receiver.bodies.join("\n");

    expect(all.length).toBeGreaterThan(1_000);
    for (const secret of [
      CANARY,
      "pe-trusted-traced",
      "eyJ",
      "Bearer",
      "privateLinkServiceConnectionState",
      "@",
    ])
      expect(all).not.toContain(secret);
  });

  test.each([
    { trouble: "answers 500", status: 500, says: "it answered 500" },
    { trouble: "never answers", status: null, says: null },
  ])(
    "a receiver that $trouble keeps nobody from being answered, and is told once",
    async ({ trouble, status, says }) => {
      const name = `pe-trusted-${status ?? "mute"}`;
      const before = receiver.requests;
      receiver.status = status;

      await consumer.requests(name);

      await settlesOnce(stack, name, BY_RULE);
      await eventually(() =>
        expect(receiver.requests - before, trouble).toBeGreaterThan(says === null ? 0 : 4),
      );
      if (says !== null) expect(stack.output().split("Telemetry does not reach").length - 1).toBe(1);
    },
  );
});
