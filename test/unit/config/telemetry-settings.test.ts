import { describe, expect, test } from "vitest";
import * as z from "zod";
import { TELEMETRY_SETTINGS } from "../../../shared/telemetry-settings.ts";

const Settings = z.object(TELEMETRY_SETTINGS);
const KEY = "5a7c9e10-2b4d-4f68-8a0c-1e3f5a7b9c0d";
const INSIGHTS = `InstrumentationKey=${KEY};IngestionEndpoint=https://in.example/;LiveEndpoint=https://live.example/`;

describe("where telemetry goes", () => {
  test("is said by the names that the host and OpenTelemetry have for it", () => {
    expect(
      Settings.parse({
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
        OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20b, x-team=two=three",
        APPLICATIONINSIGHTS_CONNECTION_STRING: INSIGHTS,
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${KEY};Authorization=AAD`,
      }),
    ).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      OTEL_EXPORTER_OTLP_HEADERS: { "api-key": "a b", "x-team": "two=three" },
      OTEL_BSP_SCHEDULE_DELAY: 5_000,
      OTEL_METRIC_EXPORT_INTERVAL: 60_000,
      APPLICATIONINSIGHTS_CONNECTION_STRING: {
        instrumentationKey: KEY,
        endpoint: "https://in.example/",
        scope: "https://monitor.azure.com//.default",
      },
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: { clientId: KEY },
    });
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "hunter2"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "key=%E0hunter2"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "0"],
    ["APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=hunter2"],
    ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "hunter2"],
  ])("%s is refused where it makes no sense, and not repeated: %s", (name, text) => {
    const { error } = Settings.safeParse({ [name]: text });

    expect(error?.issues).toMatchObject([{ path: [name] }]);
    expect(JSON.stringify(error?.issues)).not.toContain("hunter2");
  });
});
