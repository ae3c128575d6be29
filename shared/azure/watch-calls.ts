import type { ContainerServiceContext } from "@azure/arm-containerservice/api";
import { count, gauge } from "../telemetry/metrics.ts";
import { failed, inSpan } from "../telemetry/spans.ts";

type Policy = Parameters<ContainerServiceContext["pipeline"]["addPolicy"]>[0];

/** What is called, by the end of the path; what is none of these has no name of its own. No ids, so that they are few. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\/privateEndpointConnections\/[^/]+$/i, "privateEndpointConnection"],
  [/\/privateEndpointConnections$/i, "privateEndpointConnections"],
  [/\/managedClusters\/[^/]+$/i, "managedCluster"],
  [/\/managedClusters$/i, "managedClusters"],
  [/\/privateEndpoints\/[^/]+$/i, "privateEndpoint"],
  [/\/Microsoft\.ResourceGraph\/resources$/i, "resourceGraph"],
  [/\/eventtypes\/management\/values$/i, "activityLog"],
  [/^\/subscriptions\/[^/]+$/i, "subscription"],
  [/^\/subscriptions\/[^/]+\/providers$/i, "providers"],
];

/**
 * What is left of ARM's limits.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling#remaining-requests
 */
const LIMITS = ["subscription", "subscription-global", "tenant", "tenant-global"].flatMap((scope) =>
  ["reads", "writes", "deletes"].map((kind) => `${scope}-${kind}`),
);

export const operationOf = (path: string): string =>
  OPERATIONS.find(([end]) => end.test(path))?.[1] ?? "other";

/**
 * A span and a count for each call to ARM, with the ids by which Azure's own log finds it; the address is left out, since
 * it holds names that others chose.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export const watchCalls: Policy = {
  name: "watchCalls",
  sendRequest: (request, next) => {
    const { hostname, pathname } = new URL(request.url);
    const operation = `${request.method} ${operationOf(pathname)}`;
    const attributes = {
      "http.request.method": request.method,
      "server.address": hostname,
      "http.request.header.x-ms-client-request-id": [request.headers.get("x-ms-client-request-id") ?? ""],
    };
    return inSpan(operation, { kind: "call", attributes }, async (span) => {
      let status = "none";
      try {
        const answer = await next(request);
        status = String(answer.status);
        const correlationId = answer.headers.get("x-ms-correlation-request-id");
        span.setAttribute("http.response.status_code", answer.status);
        if (correlationId !== undefined)
          span.setAttribute("http.response.header.x-ms-correlation-request-id", [correlationId]);
        if (answer.status >= 400) failed(span, status);
        tellWhatIsLeft((name) => answer.headers.get(name));
        return answer;
      } finally {
        count("arm.requests", { operation, status });
        if (status === "429") count("arm.throttled", { operation });
      }
    });
  },
};

function tellWhatIsLeft(header: (name: string) => string | undefined): void {
  for (const limit of LIMITS) {
    const left = header(`x-ms-ratelimit-remaining-${limit}`);
    if (left !== undefined && /^\d{1,9}$/.test(left))
      gauge("arm.ratelimit.remaining", Number(left), { limit });
  }
}
