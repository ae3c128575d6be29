import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const ROOT = resolve(import.meta.dirname, "../..");
const BUNDLE = resolve(ROOT, "dist/main.cjs");
const RUNS = 5;

/** Settings with which the app loads; nothing is called. */
const SETTINGS = {
  CLUSTER_SCOPES: "/subscriptions/5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10",
  TENANT_ID: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: ":memory:",
  RECORD_KEYS: `test:${"A".repeat(44)}`,
  PUBLIC_URL: "http://127.0.0.1",
  ServiceBus:
    "Endpoint=sb://127.0.0.1;SharedAccessKeyName=k;SharedAccessKey=eA==;UseDevelopmentEmulator=true",
};

export interface BundleFigures {
  readonly gzipBytes: number;
  /** Median time to load it in a fresh process, audit store included; the policy is read when the host starts the app. */
  readonly loadMs: number;
}

export function measureBundle(): BundleFigures {
  const script = `const t = performance.now(); require(${JSON.stringify(BUNDLE)}); console.log("took", performance.now() - t)`;
  const runs = Array.from({ length: RUNS }, () => {
    const env = { PATH: process.env.PATH ?? "", ...SETTINGS };
    const output = execFileSync(process.execPath, ["-e", script], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(/^took (.*)$/m.exec(output.toString())?.[1]);
  }).toSorted((a, b) => a - b);
  return { gzipBytes: gzipSync(readFileSync(BUNDLE)).length, loadMs: runs[Math.floor(RUNS / 2)] ?? 0 };
}
