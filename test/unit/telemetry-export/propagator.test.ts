import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import fc from "fast-check";
import { expect, test } from "vitest";
import { traceparent } from "../../../shared/telemetry-export/propagator.ts";

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: digits, maxLength: digits });

test("a place in a trace is the same after it was sent and read", () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
      fc.pre(!/^0+$/.test(traceId) && !/^0+$/.test(spanId));
      const carrier: Record<string, string> = {};

      traceparent.inject(
        trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags }),
        carrier,
        defaultTextMapSetter,
      );
      const read = trace.getSpanContext(traceparent.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));

      expect(read).toEqual({ traceId, spanId, traceFlags, isRemote: true });
    }),
  );
});

test.each([
  "",
  "nonsense",
  `00-${"0".repeat(32)}-${"1".repeat(16)}-01`,
  `00-${"1".repeat(32)}-${"0".repeat(16)}-01`,
  `ff-${"1".repeat(32)}-${"1".repeat(16)}-01`,
])("what is no place in a trace begins a new one: %s", (text) => {
  const read = traceparent.extract(ROOT_CONTEXT, { traceparent: text }, defaultTextMapGetter);

  expect(trace.getSpanContext(read)).toBeUndefined();
});
