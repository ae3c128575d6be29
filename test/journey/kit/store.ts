import { parseStore } from "../../../infra/local/supervisor/options.ts";

/** What keeps the audit trail in this run of the tests (`TEST_STORE`): they are the same for every store. */
export const STORE = parseStore(process.env.TEST_STORE ?? "sqlite");
