import { measureDurable } from "./durable/measure.ts";
import { measureDbos } from "./durable/peers.ts";
import { measurePolicy } from "./policy/measure.ts";
import { measurePeers } from "./policy/peers.ts";

const HELP = `Measures other policy engines at the same rules and requests as ours, and another engine for durable workflows
(DBOS, on PostgreSQL) at the same workflow as ours. Prints a table of each.

Installs them into a temporary folder, which it removes; they are no dependencies of the app. PostgreSQL is the
installed one, or else Debian's packages, downloaded with apt-get and unpacked there.

Usage: npm run bench:peers [-- --help]`;

const RULES = [50, 1_000];
const AT_A_TIME = 50;

if (process.argv.includes("--help")) {
  console.log(HELP);
} else {
  console.log(`${policyTable()}\n\n${await durableTable()}`);
}

function policyTable(): string {
  process.stderr.write("installing the policy engines ...\n");
  const peers = measurePeers(RULES);
  const ours = RULES.map((rules) => ({ peer: "this app", rules, us: measurePolicy(rules).evaluateUs }));
  const names = [...new Set([...ours, ...peers].map(({ peer }) => peer))];
  const cell = (name: string, rules: number) =>
    [...ours, ...peers].find((row) => row.peer === name && row.rules === rules)?.us.toFixed(1) ?? "";
  return [
    `| one request, strictest of all rules | ${RULES.map((rules) => `${rules} rules`).join(" | ")} |`,
    `|---|${RULES.map(() => "---:|").join("")}`,
    ...names.map((name) => `| ${name} | ${RULES.map((rules) => `${cell(name, rules)} µs`).join(" | ")} |`),
  ].join("\n");
}

async function durableTable(): Promise<string> {
  process.stderr.write("DBOS on PostgreSQL ...\n");
  const peer = await measureDbos(AT_A_TIME);
  process.stderr.write("the task hub of this app's host ...\n");
  const rows = [{ peer: "this app's Durable Task stand-in", ...(await measureDurable(AT_A_TIME)) }, peer];
  return [
    `| start, three steps, wait for an event, two steps | ${AT_A_TIME} at a time | one after the other, p50 |`,
    "|---|---:|---:|",
    ...rows.map(
      ({ peer: name, perSecond, p50Ms }) =>
        `| ${name} | ${perSecond.toFixed(0)} /s | ${p50Ms.toFixed(1)} ms |`,
    ),
  ].join("\n");
}
