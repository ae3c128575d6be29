import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { AILMENTS } from "../../../shared/health/health.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const textOf = (path: string): string => readFileSync(resolve(ROOT, path), "utf8");
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = ""]) => name);

const runbook = textOf("docs/runbook.md");
const headings = namesIn(runbook, /^##? (.+)$/gm);

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");

describe("docs/runbook.md", () => {
  test("has a heading for each alert", () => {
    const alerts = textOf("infra/azure/modules/alerts.bicep");
    const queues = namesIn(textOf("infra/azure/modules/service-bus.bicep"), /^var hints = '(.+)'$/gm);
    const names = [
      ...namesIn(alerts, /^ {4}name: '([\w-]+)'$/gm),
      ...namesIn(alerts, /^ {2}name: 'alert-([\w-]+)'$/gm),
      ...queues.flatMap((hints) => [hints, `${hints}-quarantine`]),
    ];

    expect(names.length).toBeGreaterThan(9);
    expect(names.filter((name) => !headings.includes(name))).toEqual([]);
  });

  test("tells what to do about each code of GET /api/health", () => {
    for (const code of Object.keys(AILMENTS)) expect(runbook).toContain(`\`${code}\``);
  });

  test("has every heading that it links to", () => {
    const links = namesIn(runbook, /\]\(#([^)]+)\)/g);

    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !headings.map(anchorOf).includes(link))).toEqual([]);
  });

  test("has every heading that the doctor names", () => {
    const folder = "shared/doctor/checks";
    const source = readdirSync(resolve(ROOT, folder)).map((file) => textOf(`${folder}/${file}`));
    const named = namesIn(source.join("\n"), /see ([\w -]+) in docs\/runbook\.md/g);

    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !headings.includes(name))).toEqual([]);
  });
});
