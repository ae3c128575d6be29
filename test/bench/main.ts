import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Load, measureApprovals } from "./approvals.ts";
import { measureBroker } from "./broker.ts";
import { measureBundle } from "./bundle.ts";
import { measureDurable, measureWaiting } from "./durable/measure.ts";
import { measureReplay } from "./durable/replay.ts";
import type { Row } from "./figures.ts";
import { measureNotifications } from "./notifications.ts";
import { measureColdLoad, measurePolicy } from "./policy/measure.ts";
import { startStack } from "./stack.ts";
import { storeRows } from "./store/rows.ts";
import { measureTables } from "./store/tables.ts";

const HELP = `Measures the whole stack on this machine and prints one table.

Usage: npm run bench -- [--json] [--records NUMBER] [--only-store]

  --records NUMBER  audit records in the large store; 1,000,000 when it is not given
  --only-store      the part about the store alone`;

const POLICY = resolve(import.meta.dirname, "policy.yaml");

/** Does not count: a program that was just started runs code that is not compiled yet. */
const WARM_UP: Load = { requests: 300, atATime: 50, person: null };

const WORKFLOWS_AT_A_TIME = 50;
const WAITING_INSTANCES = 50_000;

const LOADS: readonly {
  readonly what: string;
  readonly load: Load;
  readonly aims: readonly [string, string, string];
}[] = [
  {
    what: "policy, 1,000 requests, 50 at a time",
    load: { requests: 1_000, atATime: 50, person: null },
    aims: [">= 150", "", ""],
  },
  {
    what: "policy, 100 requests, one after the other",
    load: { requests: 100, atATime: 1, person: null },
    aims: ["", "<= 60", ""],
  },
  {
    what: "person, 200 requests, 50 at a time",
    load: { requests: 200, atATime: 50, person: "ana" },
    aims: ["", "", ""],
  },
  {
    what: "person, 100 requests, one after the other",
    load: { requests: 100, atATime: 1, person: "ana" },
    aims: ["", "", ""],
  },
];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    records: { type: "string", default: "1000000" },
    "only-store": { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
} else {
  const rows = values["only-store"] ? [] : await measure();
  rows.push(...(await storeRows(Number(values.records))));
  console.log(values.json ? JSON.stringify(rows, null, 2) : tableOf(rows));
}

async function measure(): Promise<Row[]> {
  const say = (what: string) => process.stderr.write(`${what} ...\n`);
  say("policy");
  const rows: Row[] = [...policyRows(50, ["<= 10", "<= 100"]), ...policyRows(1_000, ["<= 200", "<= 2000"])];
  const coldMs = measureColdLoad(50);
  rows.push({
    what: "policy of 50 rules, built: read and load, cold",
    value: coldMs,
    unit: "ms",
    aim: "<= 5",
  });
  say("starting the stack");
  const stack = await startStack(POLICY);
  try {
    say("warming up");
    await measureApprovals(stack, WARM_UP);
    for (const { what, load, aims } of LOADS) {
      say(what);
      const { perSecond, p50Ms, p95Ms } = await measureApprovals(stack, load);
      rows.push({ what: `${what}: approvals`, value: perSecond, unit: "/s", aim: aims[0] });
      rows.push({ what: `${what}: p50`, value: p50Ms, unit: "ms", aim: aims[1] });
      rows.push({ what: `${what}: p95`, value: p95Ms, unit: "ms", aim: aims[2] });
    }
    for (const [name, pid] of Object.entries(stack.endpoints.pids)) {
      rows.push({ what: `memory of ${name} after that`, value: residentMib(pid), unit: "MiB", aim: "" });
    }
    say("broker");
    rows.push({
      what: "broker: send, receive and complete",
      value: await measureBroker(stack.endpoints),
      unit: "messages/s",
      aim: "",
    });
  } finally {
    await stack.stop();
  }
  say("what a notification costs");
  const told = await measureNotifications(POLICY);
  rows.push(
    {
      what: "a webhook for each approval: approvals, of those without",
      value: told.speed,
      unit: "times",
      aim: ">= 0.95",
    },
    { what: "the same: processor time of the app", value: told.processorTime, unit: "times", aim: "<= 1.05" },
  );
  say("durable workflows");
  rows.push(...(await durableRows()));
  say(`${WAITING_INSTANCES} waiting instances`);
  rows.push(...(await waitingRows()));
  say("Table storage: pages of every index");
  rows.push(...(await tableRows()));
  say("bundle");
  const { gzipBytes, loadMs } = measureBundle();
  rows.push({ what: "bundle, gzipped", value: gzipBytes / 1024, unit: "KiB", aim: "<= 1171" });
  rows.push({ what: "bundle, time to load", value: loadMs, unit: "ms", aim: "<= 200" });
  return rows;
}

function policyRows(rules: number, aims: readonly [evaluate: string, explain: string]): Row[] {
  const { evaluateUs, explainUs } = measurePolicy(rules);
  return [
    { what: `policy of ${rules} rules: evaluate`, value: evaluateUs, unit: "µs", aim: aims[0] },
    { what: `policy of ${rules} rules: explain`, value: explainUs, unit: "µs", aim: aims[1] },
  ];
}

/** A workflow is: start, three activities, wait for an event, two activities. */
async function durableRows(): Promise<Row[]> {
  const replays: Row[] = [];
  for (const events of [10, 100, 1_000]) {
    const what = `durable, one replay of ${events} events`;
    replays.push({
      what,
      value: await measureReplay(events),
      unit: "µs",
      aim: events === 10 ? "<= 100" : "",
    });
  }
  const { perSecond, p50Ms, stepUs } = await measureDurable(WORKFLOWS_AT_A_TIME);
  const perEventUs = (stepUs[1_000] - stepUs[10]) / 990;
  return [
    {
      what: `durable, 1,000 workflows, ${WORKFLOWS_AT_A_TIME} at a time`,
      value: perSecond,
      unit: "/s",
      aim: ">= 300",
    },
    { what: "durable, 200 workflows, one after the other: p50", value: p50Ms, unit: "ms", aim: "<= 12" },
    ...([10, 100, 1_000] as const).map((events) => ({
      what: `durable, one more step (activity and episode) after ${events} events`,
      value: stepUs[events],
      unit: "µs",
      aim: "",
    })),
    {
      what: "durable, what one event of the history adds to that",
      value: perEventUs,
      unit: "µs",
      aim: "<= 10",
    },
    ...replays,
  ];
}

async function waitingRows(): Promise<Row[]> {
  const { residentMib: memory, startMs, idleShare } = await measureWaiting(WAITING_INSTANCES);
  const what = `durable, ${WAITING_INSTANCES.toLocaleString("en")} waiting instances`;
  return [
    { what: `${what}: memory of the host`, value: memory, unit: "MiB", aim: "<= 300" },
    { what: `${what}: start of the host`, value: startMs, unit: "ms", aim: "<= 2000" },
    { what: `${what}: share of a core while idle`, value: 100 * idleShare, unit: "%", aim: "<= 2" },
  ];
}

/**
 * The index whose pages grow most with what is in the store. Azurite goes through all rows of a table for each query, so most
 * of that is its own: a test of the contract counts the calls for a page, which stay the same. With 100,000 records, which
 * are two million rows, it would be busy for longer than all the rest of the bench.
 */
async function tableRows(): Promise<Row[]> {
  const [few, many] = [await measureTables(1_000), await measureTables(10_000)];
  const growth = Object.entries(many.pages).map(([page, ms]) => ({ page, ms, before: few.pages[page] ?? 0 }));
  const [worst] = growth.toSorted((one, other) => other.ms / other.before - one.ms / one.before);
  if (worst === undefined) return [];
  const what = `Azurite, a page of ${worst.page}`;
  return [
    { what: "Azurite: records appended", value: many.appendsPerSecond, unit: "/s", aim: "" },
    { what: `${what}: at 1,000 records`, value: worst.before, unit: "ms", aim: "" },
    { what: `${what}: at 10,000 records`, value: worst.ms / worst.before, unit: "times that", aim: "<= 3" },
  ];
}

function residentMib(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)]).toString()) / 1024;
}

function tableOf(rows: readonly Row[]): string {
  const line = ({ what, value, unit, aim }: Row) =>
    `| ${what} | ${value.toFixed(value < 10 ? (unit === "times" ? 2 : 1) : 0)} ${unit} | ${aim} |`;
  return ["| what | measured | aim |", "|---|---:|---|", ...rows.map(line)].join("\n");
}
