import { randomBytes } from "node:crypto";
import {
  type Attributes,
  type AttributeValue,
  type Context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { EndedSpan } from "./port.ts";

/** A span keeps no more attributes, and of none more characters: nobody outside decides how much memory it takes. */
const [MAX_ATTRIBUTES, MAX_CHARACTERS] = [32, 256];

/**
 * Records every span. The host's word that it does not sample a trace is not heard: its sampling is one of Application
 * Insights' own, which it decides when an invocation is over.
 */
export function tracerProvider(ended: (span: EndedSpan) => void): TracerProvider {
  const startSpan = (name: string, options: SpanOptions = {}, place?: Context): Span => {
    const above = place === undefined ? undefined : trace.getSpanContext(place);
    const parent = above !== undefined && isSpanContextValid(above) && options.root !== true ? above : null;
    return new RecordedSpan(name, options, parent, ended);
  };
  // Nothing of ours starts an active span by itself: `inSpan` does it.
  const startActiveSpan = (): never => {
    throw new Error("Start spans with inSpan.");
  };
  const tracer: Tracer = { startSpan, startActiveSpan };
  return { getTracer: () => tracer };
}

class RecordedSpan implements Span {
  readonly #context: SpanContext;
  readonly #parent: SpanContext | null;
  readonly #kind: SpanKind;
  readonly #links: Link[];
  readonly #attributes: Attributes = {};
  readonly #startedAt = performance.timeOrigin + performance.now();
  readonly #ended: (span: EndedSpan) => void;
  #name: string;
  #status: SpanStatus = { code: SpanStatusCode.UNSET };
  #isOver = false;

  constructor(
    name: string,
    { kind = SpanKind.INTERNAL, attributes = {}, links = [] }: SpanOptions,
    parent: SpanContext | null,
    ended: (span: EndedSpan) => void,
  ) {
    this.#name = name;
    this.#kind = kind;
    this.#parent = parent;
    this.#links = [...links];
    this.#ended = ended;
    this.#context = {
      traceId: parent?.traceId ?? randomBytes(16).toString("hex"),
      spanId: randomBytes(8).toString("hex"),
      traceFlags: TraceFlags.SAMPLED,
      ...(parent?.traceState && { traceState: parent.traceState }),
    };
    this.setAttributes(attributes);
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  setAttribute(key: string, value: AttributeValue): this {
    const isNew = !(key in this.#attributes);
    if (isNew && Object.keys(this.#attributes).length >= MAX_ATTRIBUTES) return this;
    this.#attributes[key] = typeof value === "string" ? value.slice(0, MAX_CHARACTERS) : value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes))
      if (value !== undefined) this.setAttribute(key, value);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.#status = { code: status.code };
    return this;
  }

  updateName(name: string): this {
    this.#name = name;
    return this;
  }

  addLink(link: Link): this {
    return this.addLinks([link]);
  }

  addLinks(links: Link[]): this {
    this.#links.push(...links);
    return this;
  }

  /** Events are left out: what others put into exceptions may say anything. */
  addEvent(): this {
    return this;
  }

  recordException(): void {
    this.addEvent();
  }

  isRecording(): boolean {
    return !this.#isOver;
  }

  end(_at?: TimeInput): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ended({
      context: this.#context,
      parentSpanId: this.#parent?.spanId ?? null,
      name: this.#name,
      kind: this.#kind,
      startedAt: this.#startedAt,
      endedAt: performance.timeOrigin + performance.now(),
      attributes: this.#attributes,
      status: this.#status,
      links: this.#links,
    });
  }
}
