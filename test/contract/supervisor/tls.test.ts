import { X509Certificate } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { loadOrCreateTls, type Tls } from "../../../infra/local/kit/tls.ts";
import { PATIENCE } from "./processes.ts";

const DAY_MS = 86_400_000;

vi.setConfig({ testTimeout: PATIENCE.timeout });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tls-"));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Status of a request to a server with this certificate, or the code of TLS's refusal. */
async function request(tls: Tls, host: string, ca: string | undefined): Promise<number | string> {
  const server = createServer({ key: tls.key, cert: tls.cert }, (_request, response) => response.end());
  const port = await listenOnLoopback(server, 0);
  const outcome = await new Promise<number | string>((done) => {
    get({ host, port, ca, family: 4 }, (response) => done(response.resume().statusCode ?? 0)).on(
      "error",
      (error: NodeJS.ErrnoException) => done(error.code ?? error.message),
    );
  });
  server.close();
  server.closeAllConnections();
  return outcome;
}

test.each(["127.0.0.1", "localhost"])(
  "a client that trusts the authority trusts the server at %s",
  async (host) => {
    const tls = await loadOrCreateTls(folder);

    expect(await request(tls, host, readFileSync(tls.caFile, "utf8"))).toBe(200);
    expect(await request(tls, host, undefined)).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  },
);

test("only this user can read the files, and the authority's key is in none of them", async () => {
  const tls = await loadOrCreateTls(folder);

  const files = readdirSync(folder).sort();

  expect(files).toEqual(["ca.pem", "server-cert.pem", "server-key.pem"]);
  expect(files.map((file) => statSync(join(folder, file)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  const authority = new X509Certificate(readFileSync(tls.caFile));
  expect(authority.ca).toBe(true);
  expect(new X509Certificate(tls.cert).verify(authority.publicKey)).toBe(true);
});

describe("the certificate", () => {
  test("is used again at the next start", async () => {
    const first = await loadOrCreateTls(folder);

    expect(await loadOrCreateTls(folder)).toEqual(first);
  });

  test("is renewed in the last month of its life", async () => {
    const first = await loadOrCreateTls(folder);

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 360 * DAY_MS });
    const sooner = await loadOrCreateTls(folder);
    vi.setSystemTime(Date.now() + 10 * DAY_MS);
    const later = await loadOrCreateTls(folder);

    expect(sooner).toEqual(first);
    expect(later.cert).not.toBe(first.cert);
    expect(Date.parse(new X509Certificate(later.cert).validTo)).toBeGreaterThan(Date.now() + 360 * DAY_MS);
  });

  test("is made anew when the files are not of one piece", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "tls-"));
    const first = await loadOrCreateTls(folder);
    const other = await loadOrCreateTls(elsewhere);

    copyFileSync(other.caFile, first.caFile);
    const repaired = await loadOrCreateTls(folder);

    expect(await request(repaired, "127.0.0.1", readFileSync(repaired.caFile, "utf8"))).toBe(200);
    rmSync(elsewhere, { recursive: true });
  });
});
