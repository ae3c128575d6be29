import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { METRICS } from "../../shared/telemetry/metrics.ts";
import { deployed, ofType } from "./snapshots.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const source = globSync("{functions,shared}/**/*.ts", { cwd: ROOT })
  .map((file) => readFileSync(resolve(ROOT, file), "utf8"))
  .join("\n");
/** What Application Insights has of a function, and of the app's log and figures. */
const TABLES = ["requests", "traces", "customMetrics"];
const Rule = z.object({
  criteria: z.object({ allOf: z.tuple([z.object({ query: z.string() })]) }),
});
const Workbook = z.object({
  items: z.array(z.object({ content: z.object({ title: z.string(), query: z.string() }) })),
});

const resources = deployed("default");
const alerts = ofType(resources, "Microsoft.Insights/scheduledQueryRules").map(
  ({ name, properties }) => [name, Rule.parse(properties).criteria.allOf[0].query] as const,
);
const [workbook] = ofType(resources, "Microsoft.Insights/workbooks");
const pictures = Workbook.parse(JSON.parse(String(workbook?.properties.serializedData))).items.map(
  ({ content }) => [content.title, content.query] as const,
);
/** The texts of a query that follow one of its words. */
const textsAfter = (query: string, word: string): string[] =>
  [...query.matchAll(new RegExp(`${word} \\(?((?:"[^"]+"(?:, )?)+)`, "g"))].flatMap(([, list = ""]) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, text = ""]) => text),
  );
const namesIn = (query: string): string[] => [
  ...textsAfter(query, "name =="),
  ...textsAfter(query, "name in"),
];

test("there are alerts and pictures to compare", () => {
  expect(alerts.length).toBeGreaterThan(10);
  expect(pictures).toHaveLength(6);
});

describe.each([...alerts, ...pictures])("%s", (_title, query) => {
  const table = query.split(" | ")[0] ?? "";

  test("asks for what the app tells, by its name there", () => {
    expect(TABLES).toContain(table);
    const names = namesIn(query);
    if (table === "customMetrics") {
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
    } else expect(names.filter((name) => !source.includes(`host.timer("${name}"`))).toEqual([]);
    const words = [...textsAfter(query, "has"), ...textsAfter(query, "startswith")];
    if (table === "traces") expect(words.length).toBeGreaterThan(0);
    expect(words.filter((text) => !source.includes(text))).toEqual([]);
  });
});

test("every figure has a place where somebody sees it, or is one of those that a person looks up", () => {
  const seen = new Set([...alerts, ...pictures].flatMap(([, query]) => namesIn(query)));

  expect(Object.keys(METRICS).filter((name) => !seen.has(name))).toEqual([
    "arm.ratelimit.remaining",
    "audit.append.duration",
    "poll.lag",
  ]);
});
