import type { DurableFunctions } from "../../../infra/local/durable-task/contract.ts";
import { realFunctions } from "./app.ts";

/** Lets something happen while the orchestrator runs in the episode that takes in an event called "next". */
export function duringContinuation(does: () => Promise<unknown>): DurableFunctions {
  let isDone = false;
  return {
    ...realFunctions,
    async orchestrate(name, trigger) {
      const result = await realFunctions.orchestrate(name, trigger);
      if (isDone || !trigger.includes('"next"')) return result;
      isDone = true;
      await does();
      return result;
    },
  };
}
