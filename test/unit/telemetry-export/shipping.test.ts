import { type Context, ROOT_CONTEXT } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Measurements } from "../../../shared/telemetry-export/meter.ts";
import type { EndedSpan, Exporter } from "../../../shared/telemetry-export/port.ts";
import { Shipping } from "../../../shared/telemetry-export/shipping.ts";
import { tracerProvider } from "../../../shared/telemetry-export/tracer.ts";

const every = { spansMs: 1_000, metricsMs: 10_000 };

/** An exporter that does what a test says, and a shipping to it. */
function shippingTo(sendSpans: (spans: readonly EndedSpan[]) => Promise<void>) {
  const said: string[] = [];
  const exporter: Exporter = { name: "http://collector", sendSpans, sendMetrics: async () => undefined };
  const shipping = new Shipping(exporter, {
    measurements: new Measurements(),
    every,
    warn: (line) => said.push(line),
  });
  const tracer = tracerProvider((span) => shipping.take(span)).getTracer("test");
  const spans = (many: number, place: Context = ROOT_CONTEXT): void => {
    for (let at = 0; at < many; at++) tracer.startSpan(`span ${at}`, {}, place).end();
  };
  return { shipping, said, spans };
}

describe("what brings telemetry to an exporter", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("sends what waits at its interval, in batches", async () => {
    const sizes: number[] = [];
    const { spans, shipping } = shippingTo(async (batch) => void sizes.push(batch.length));

    spans(3);
    await vi.advanceTimersByTimeAsync(every.spansMs);
    spans(600);
    await shipping.end();

    expect(sizes).toEqual([3, 512, 88]);
  });

  test("keeps no more than 2,048 spans for one that never answers, and does not wait for it at the end", async () => {
    let sent = 0;
    const { spans, shipping } = shippingTo((batch) => {
      sent += batch.length;
      return new Promise(() => undefined);
    });

    spans(100_000);
    const end = shipping.end();
    await vi.advanceTimersByTimeAsync(3_000);

    await expect(end).resolves.toBeUndefined();
    expect(sent).toBe(512);
  });

  test("tells of one that fails once, until it worked in between", async () => {
    let isDown = true;
    const { spans, said } = shippingTo(async () => {
      if (isDown) throw new Error("it answered 500");
    });
    const pass = async (): Promise<void> => {
      spans(1);
      await vi.advanceTimersByTimeAsync(every.spansMs);
    };

    for (let time = 0; time < 5; time++) await pass();
    isDown = false;
    await pass();
    isDown = true;
    await pass();

    const line = "Telemetry does not reach http://collector, and is dropped until it does: it answered 500";
    expect(said).toEqual([line, line]);
  });
});
