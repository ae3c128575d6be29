import { isSpanContextValid, type TextMapPropagator, TraceFlags, trace } from "@opentelemetry/api";

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** W3C Trace Context, without `tracestate`: nobody here reads it. @see https://www.w3.org/TR/trace-context/ */
export const traceparent: TextMapPropagator = {
  fields: () => ["traceparent"],
  inject: (place, carrier, setter) => {
    const here = trace.getSpanContext(place);
    if (here !== undefined && isSpanContextValid(here))
      setter.set(carrier, "traceparent", `00-${here.traceId}-${here.spanId}-0${here.traceFlags & 1}`);
  },
  extract: (place, carrier, getter) => {
    const [, traceId, spanId, flags] = FORM.exec(String(getter.get(carrier, "traceparent") ?? "")) ?? [];
    if (traceId === undefined || spanId === undefined) return place;
    const traceFlags = Number.parseInt(flags ?? "0", 16) & TraceFlags.SAMPLED;
    const above = { traceId, spanId, traceFlags, isRemote: true };
    return isSpanContextValid(above) ? trace.setSpanContext(place, above) : place;
  },
};
