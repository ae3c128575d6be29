import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BROWSER_POLICY } from "./policy.ts";
import { startsOne } from "./stack.ts";

/** An empty world, in which nothing happens that a test did not ask for. */
export const setup = startsOne(["--empty", "--strict", "--arm-rate", "1000000/1000000"], (folder) => {
  const policy = join(folder, "policy.yaml");
  writeFileSync(policy, BROWSER_POLICY);
  return { POLICY_FILE: policy, SWEEP_SCHEDULE: "0 0 4 1 1 *" };
});
