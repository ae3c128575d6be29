import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/** What spans and figures are by: the name of the scope in OpenTelemetry. */
export const SCOPE = "aks-private-endpoint-approvals";

/** The attribute by which all spans about one request are found. */
const REQUEST_ID = "pec.request.id";

const REQUEST = createContextKey("request id");

interface SpanOptions {
  readonly kind?: "inside" | "call" | "message";
  /** Nothing that people or other systems wrote: no names, no bodies, no tokens. */
  readonly attributes?: Attributes;
  /** Absent: what goes on right now. */
  readonly parent?: Context;
  /** The request that it is about, and all spans below it; absent: that of the span above. */
  readonly requestId?: string | undefined;
}

const KINDS = { inside: SpanKind.INTERNAL, call: SpanKind.CLIENT, message: SpanKind.PRODUCER };

/** Does work in a span of its own, which fails where the work throws. Without telemetry it only does the work. */
export async function inSpan<T>(
  name: string,
  { kind = "inside", attributes = {}, parent = context.active(), requestId }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const place = requestId === undefined ? parent : parent.setValue(REQUEST, requestId);
  const about = place.getValue(REQUEST);
  const span = trace.getTracer(SCOPE).startSpan(
    name,
    {
      kind: KINDS[kind],
      attributes: typeof about === "string" ? { ...attributes, [REQUEST_ID]: about } : attributes,
    },
    place,
  );
  try {
    return await context.with(trace.setSpan(place, span), () => work(span));
  } catch (error) {
    failed(span, nameOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Says that what a span is about failed, and how, in one of few words: messages may hold what others wrote. */
export function failed(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The place in the trace that the host gives an invocation; a new trace where it gives none. */
export const contextFrom = (traceparent: string | null | undefined): Context =>
  traceparent ? propagation.extract(ROOT_CONTEXT, { traceparent }) : ROOT_CONTEXT;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error");
