import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BROWSER_POLICY } from "./policy.ts";
import { starts } from "./stack.ts";

/** As many as fit a machine of two cores. */
export const WORKERS = 2;

/** Empty worlds, in which nothing happens that a test did not ask for. */
export const setup = starts(WORKERS, {
  options: ["--empty", "--strict", "--arm-rate", "1000000/1000000"],
  settingsIn: (folder) => {
    const policy = join(folder, "policy.yaml");
    writeFileSync(policy, BROWSER_POLICY);
    return { POLICY: policy, SWEEP_SCHEDULE: "0 0 4 1 1 *" };
  },
});
