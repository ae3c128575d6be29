import { registerHooks } from "node:module";

/**
 * The Functions host loads this (`--import`), and opens the genuine extension's hub where it would open the stand-in's. No line of it knows.
 */
const STAND_IN = new URL("../../infra/local/durable-task/index.ts", import.meta.url).href;
const ADAPTER = new URL("./adapter.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url === STAND_IN ? { ...found, url: ADAPTER } : found;
  },
});
