import { buildApp } from "../../../infra/build.ts";

/** Builds the app once, before the tests that start it again and again. */
export async function setup(): Promise<void> {
  await buildApp();
}
