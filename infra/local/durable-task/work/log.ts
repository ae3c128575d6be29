import type { TaskHubOptions } from "../contract.ts";

export type Log = TaskHubOptions["log"];
