import { app as host, type InvocationContext } from "@azure/functions";
import { appCredential } from "../../shared/azure/credential.ts";
import type { Config } from "../../shared/config.ts";
import { RequestId } from "../../shared/connection/connection.ts";
import { contextFrom, inSpan } from "../../shared/telemetry/spans.ts";

/**
 * Sends traces and figures where the settings say. Without one that does, nothing of it is loaded.
 * @param warn for what goes wrong with that, in no invocation
 * @returns what sends the rest and ends it
 */
export async function startTelemetryBy(
  config: Config,
  warn: (line: string) => void,
): Promise<() => Promise<void>> {
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers = {},
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights,
  } = config;
  if (endpoint === undefined && insights === undefined) return NOTHING_TO_END;
  const { startTelemetry } = await import("../../shared/telemetry-export/start.ts");
  return startTelemetry({
    otlp: endpoint === undefined ? null : { endpoint, headers },
    azureMonitor: insights === undefined ? null : { ...insights, token: tokenBy(config, insights.scope) },
    every: { spansMs: config.OTEL_BSP_SCHEDULE_DELAY, metricsMs: config.OTEL_METRIC_EXPORT_INTERVAL },
    warn,
  });
}

function tokenBy({ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: by }: Config, scope: string) {
  if (by === undefined) return null;
  const credential = appCredential(by.clientId);
  return async (): Promise<string> => {
    const got = await credential.getToken(scope);
    if (got === null) throw new Error("the app's identity got no token for it");
    return got.token;
  };
}

export const NOTHING_TO_END = async (): Promise<void> => undefined;

/** Words of OpenTelemetry for what calls a function. */
const TRIGGERS: Readonly<Record<string, string>> = {
  httpTrigger: "http",
  timerTrigger: "timer",
  serviceBusTrigger: "pubsub",
  eventGridTrigger: "pubsub",
};

/**
 * A span for every call of a function, below the one that the host has for it.
 *
 * An orchestrator gets none: it is called anew for each step, from its beginning, and the host has a span for the whole.
 */
export function traceFunctions(): void {
  host.hook.preInvocation((hook) => {
    const { functionHandler, invocationContext, inputs } = hook;
    const trigger = invocationContext.options.trigger.type;
    if (trigger === "orchestrationTrigger") return;
    hook.functionHandler = (input: unknown, context: InvocationContext) =>
      inSpan(
        context.functionName,
        {
          attributes: {
            "faas.trigger": TRIGGERS[trigger] ?? "other",
            "faas.invocation_id": context.invocationId,
          },
          parent: contextFrom(context.traceContext?.traceParent),
          requestId: requestIdIn(inputs[0]),
        },
        async () => functionHandler(input, context),
      );
  });
}

/** The request that an activity or a route is about. */
function requestIdIn(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const params = "params" in input && typeof input.params === "object" ? input.params : null;
  const named = "requestId" in input ? input.requestId : params !== null && "id" in params ? params.id : null;
  return RequestId.safeParse(named).data;
}
