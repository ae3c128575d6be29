import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { describeSettings, parseConfig, parseTriggerSettings } from "../../../shared/config.ts";

const ROOT = join(import.meta.dirname, "../../..");
const Sample = z.object({ IsEncrypted: z.literal(false), Values: z.record(z.string(), z.string()) });
const { Values } = Sample.parse(JSON.parse(readFileSync(join(ROOT, "local.settings.sample.json"), "utf8")));

/** Core Tools' own. */
const OF_THE_PLATFORM = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"];

test("the settings for Core Tools are ones that the app knows, and all that it must have", () => {
  const known = describeSettings().map(({ name }) => name);

  for (const name of Object.keys(Values)) expect([...OF_THE_PLATFORM, ...known]).toContain(name);
  const keyed = { ...Values, RECORD_KEYS: `local:${randomBytes(32).toString("base64")}` };
  expect(parseConfig(keyed)).toMatchObject({ AUDIT_STORE: { kind: "sqlite" } });
  expect(parseTriggerSettings(keyed).HINT_QUEUE).toBe(Values.HINT_QUEUE);
});

test("the sample holds no key: what stands in its place is refused with how to make one", () => {
  expect(() => parseConfig(Values)).toThrow("openssl rand -base64 32");
});

test("whoever copies the sample cannot commit what they put in", () => {
  expect(readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n")).toContain("local.settings.json");
});
