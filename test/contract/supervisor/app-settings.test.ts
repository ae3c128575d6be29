import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { removeDotenv, writeDotenv } from "../../../infra/local/supervisor/dotenv.ts";
import { PATIENCE, startStack, stop } from "./processes.ts";

vi.setConfig({ testTimeout: PATIENCE.timeout });

const folder = mkdtempSync(join(tmpdir(), "dotenv-"));
const file = join(folder, "app.env");
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program that is started with the file prints, as JSON. */
function runWith(file: string, script: string): unknown {
  return JSON.parse(
    execFileSync(process.execPath, [`--env-file=${file}`, "-e", script], { encoding: "utf8" }),
  );
}

describe("the form of app.env", () => {
  test("gives a program that node starts with it the very settings", () => {
    const settings = {
      ServiceBus: "Endpoint=sb://127.0.0.1:1;SharedAccessKey=a/b+c==;UseDevelopmentEmulator=true",
      AUDIT_STORE: "/home/o'brien/my data #1/app/audit.sqlite",
      SWEEP_SCHEDULE: "0 */5 * * * *",
      POLICY: "/a `b` 'c'/policy.yaml",
      PUBLIC_URL: " C:\\new\\$HOME ",
      NOTHING: "",
    };

    writeDotenv(file, settings);

    const names = JSON.stringify(Object.keys(settings));
    const seen = runWith(file, `console.log(JSON.stringify(${names}.map((name) => process.env[name])))`);
    expect(seen).toEqual(Object.values(settings));
  });

  test("whatever a setting holds is read back, or refused", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab=#'`\"\\n $;\n/") });
    fc.assert(
      fc.property(text, (value) => {
        const isRefused = value.includes("'") && value.includes("`") && /["\\]/.test(value);
        const write = () => writeDotenv(file, { BEFORE: "1", VALUE: value, AFTER: "2" });
        if (isRefused) {
          expect(write).toThrow("A setting cannot hold all kinds of quotes");
        } else {
          write();
          expect(readFile()).toEqual({ BEFORE: "1", VALUE: value, AFTER: "2" });
        }
      }),
    );
  });

  test("is for this user's eyes, and goes when it is removed", () => {
    writeDotenv(file, { KEY: "secret" });

    expect(statSync(file).mode & 0o777).toBe(0o600);
    removeDotenv(file);
    expect(() => statSync(file)).toThrow("ENOENT");
    expect(() => removeDotenv(file)).not.toThrow();
  });
});

const readFile = () => ({ ...parseEnv(readFileSync(file, "utf8")) });

test("while the stack runs, commands that are started with app.env have the app's settings and trust its ARM", {
  timeout: 2 * PATIENCE.timeout,
}, async () => {
  const stack = await startStack(join(folder, "data"));
  const settings = join(folder, "data/app.env");
  const script = `
    const { ARM_ENDPOINT, AUDIT_STORE } = process.env;
    fetch(ARM_ENDPOINT).then(({ status }) => console.log(JSON.stringify({ status, ARM_ENDPOINT, AUDIT_STORE })));`;

  const said = runWith(settings, script);
  const { arm } = stack.endpoints();
  await stop(stack);

  expect(said).toEqual({
    status: expect.any(Number),
    ARM_ENDPOINT: arm,
    AUDIT_STORE: join(folder, "data/app/audit.sqlite"),
  });
  expect(existsSync(settings)).toBe(false);
});
