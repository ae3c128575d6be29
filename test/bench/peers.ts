import { measurePolicy } from "./policy/measure.ts";
import { measurePeers } from "./policy/peers.ts";

const HELP = `Measures other policy engines at the same rules and requests as ours, and prints one table.

Installs them into a temporary folder, which it removes; they are no dependencies of the app.

Usage: npm run bench:peers [-- --help]`;

const RULES = [50, 1_000];

if (process.argv.includes("--help")) {
  console.log(HELP);
} else {
  process.stderr.write("installing the peers ...\n");
  const peers = measurePeers(RULES);
  const ours = RULES.map((rules) => ({ peer: "this app", rules, us: measurePolicy(rules).evaluateUs }));
  const names = [...new Set([...ours, ...peers].map(({ peer }) => peer))];
  const cell = (name: string, rules: number) =>
    [...ours, ...peers].find((row) => row.peer === name && row.rules === rules)?.us.toFixed(1) ?? "";
  console.log(
    [
      `| one request, strictest of all rules | ${RULES.map((rules) => `${rules} rules`).join(" | ")} |`,
      `|---|${RULES.map(() => "---:|").join("")}`,
      ...names.map((name) => `| ${name} | ${RULES.map((rules) => `${cell(name, rules)} µs`).join(" | ")} |`),
    ].join("\n"),
  );
}
