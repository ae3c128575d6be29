import * as z from "zod";

/** `key=value` pairs separated by commas, the values encoded as in a URL. */
const Headers = z.string().transform((text, problem) => {
  const pairs = text.split(",").map((pair) => /^\s*([\w.-]+)=(.*?)\s*$/.exec(pair));
  try {
    const named = pairs.map((match) => [match?.[1] ?? "", decodeURIComponent(match?.[2] ?? "")] as const);
    if (named.every(([name]) => name !== "")) return Object.fromEntries(named);
  } catch {
    // Not encoded as it should be: said below, and without the text, which may be a key.
  }
  problem.addIssue({ code: "custom", message: "must be pairs key=value separated by commas" });
  return z.NEVER;
});

const milliseconds = z.coerce.number("must be milliseconds").int().min(100, "must be at least 100");

/** `Name=value` pairs separated by semicolons; names in any case. */
const pairsIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(";").map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()];
    }),
  );

const ConnectionString = z.string().transform((text, problem) => {
  const pairs = pairsIn(text);
  const key = z.guid().safeParse(pairs.get("instrumentationkey"));
  const endpoint = z.url({ protocol: /^https?$/ }).safeParse(pairs.get("ingestionendpoint"));
  if (key.success && endpoint.success)
    return {
      instrumentationKey: key.data,
      endpoint: endpoint.data,
      // With two slashes: the audience ends in one.
      scope: `${pairs.get("aadaudience") || "https://monitor.azure.com/"}/.default`,
    };
  problem.addIssue({
    code: "custom",
    message: "must be a connection string with InstrumentationKey and IngestionEndpoint",
  });
  return z.NEVER;
});

/** Only an identity is understood; `clientId` is that of a user-assigned one. */
const AuthenticationString = z.string().transform((text, problem) => {
  const pairs = pairsIn(text);
  if (pairs.get("authorization")?.toUpperCase() === "AAD") return { clientId: pairs.get("clientid") };
  problem.addIssue({ code: "custom", message: "must have Authorization=AAD" });
  return z.NEVER;
});

/** Where telemetry goes. Names are those of OpenTelemetry and of the Functions host, which reads some of them, too. */
export const TELEMETRY_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be a URL" })
    .optional()
    .describe(
      "Where traces and figures go, as OTLP over HTTP in JSON: the base, below which are `v1/traces` and `v1/metrics`. Absent: nowhere.",
    ),
  OTEL_EXPORTER_OTLP_HEADERS: Headers.optional().describe(
    "Headers for it, such as a key: `key=value` pairs separated by commas, the values encoded as in a URL.",
  ),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds
    .default(5_000)
    .describe("How often traces are sent, in milliseconds. Default: `5000`."),
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds
    .default(60_000)
    .describe("How often figures are sent, in milliseconds. Default: `60000`."),
  APPLICATIONINSIGHTS_CONNECTION_STRING: ConnectionString.optional().describe(
    "Application Insights that gets traces and figures of the app; the Functions host sends its own, and the log, there by the same setting. Absent: none does.",
  ),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: AuthenticationString.optional().describe(
    "By which identity: `Authorization=AAD`, and `ClientId=…` of a user-assigned one before it. Absent: by none, which works only where local authentication is on.",
  ),
};
