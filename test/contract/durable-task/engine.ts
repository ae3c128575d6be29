/** What runs below these tests: `npm run test:durable-extension` names the genuine extension. */
export const ENGINE = process.env.DURABLE_ENGINE === "extension" ? "extension" : "stand-in";

/** Opens a hub of that engine. */
export const { openTaskHub } = await (ENGINE === "extension"
  ? import("../../durable-extension/adapter.ts")
  : import("../../../infra/local/durable-task/index.ts"));
