import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import {
  type Context,
  type ContextManager,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
} from "@opentelemetry/api";
import { azureMonitorExporter, type Ingestion } from "./azure-monitor.ts";
import { Measurements } from "./meter.ts";
import { otlpExporter } from "./otlp.ts";
import type { Resource } from "./port.ts";
import { postText } from "./post.ts";
import { traceparent } from "./propagator.ts";
import { Shipping } from "./shipping.ts";
import { tracerProvider } from "./tracer.ts";

/** Where telemetry goes; at least one of the two. */
export interface TelemetrySettings {
  readonly otlp: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly azureMonitor: Ingestion | null;
  readonly every: { readonly spansMs: number; readonly metricsMs: number };
  /** For operators. */
  warn(line: string): void;
}

/** Begins to record. @returns what sends the rest and ends it */
export function startTelemetry(settings: TelemetrySettings): () => Promise<void> {
  const { otlp, azureMonitor, every, warn } = settings;
  const resource: Resource = {
    "service.name": "aks-private-endpoint-approvals",
    // By it the figures of several instances are told apart.
    "service.instance.id": randomUUID(),
  };
  const measurements = new Measurements();
  const exporters = [
    ...(otlp === null ? [] : [otlpExporter(otlp, resource, postText)]),
    ...(azureMonitor === null ? [] : [azureMonitorExporter(azureMonitor, resource, postText)]),
  ];
  const shippings = exporters.map((exporter) => new Shipping(exporter, { measurements, every, warn }));
  context.setGlobalContextManager(new AsyncContexts());
  propagation.setGlobalPropagator(traceparent);
  trace.setGlobalTracerProvider(
    tracerProvider((span) => {
      for (const shipping of shippings) shipping.take(span);
    }),
  );
  metrics.setGlobalMeterProvider(measurements);
  return async () => {
    await Promise.all(shippings.map((shipping) => shipping.end()));
    for (const api of [context, propagation, trace, metrics]) api.disable();
  };
}

/** The place in a trace follows the work through all that it waits for. */
class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    place: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(place, () => Reflect.apply(work, self, args) as ReturnType<F>);
  }

  bind<T>(place: Context, target: T): T {
    if (typeof target !== "function") return target;
    return ((...args: unknown[]) =>
      this.#storage.run(place, () => Reflect.apply(target, undefined, args))) as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}
