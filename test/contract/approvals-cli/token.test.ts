import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { typed } from "./terminal.ts";

const API = "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60";

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const tokenWith = (scp: string): string => `${encoded({ alg: "RS256" })}.${encoded({ aud: API, scp })}.c2ln`;

/** An app that lists nothing, and who asked it for that. */
async function anApp(signIn: unknown = { apiClientId: API }): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const isSignIn = request.url === "/api/sign-in";
    asked.push(`${request.url} ${request.headers.authorization ?? "by nobody"}`);
    response.writeHead(isSignIn && signIn === null ? 404 : 200, { "content-type": "application/json" });
    response.end(
      JSON.stringify(isSignIn ? (signIn ?? { code: "noInbox" }) : { requests: [], nextCursor: null }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A folder with an `az` of these lines of shell. */
function azThat(...lines: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "az-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "az"), ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(join(folder, "az"), 0o755);
  return `${folder}${delimiter}${process.env.PATH}`;
}

const list = (url: string, env: Record<string, string>) => typed(["list", "--url", url], { env });

describe("the token", () => {
  test("is that of APPROVALS_TOKEN, and az is not asked then", async () => {
    const { url, asked } = await anApp();

    const { code } = await list(url, { APPROVALS_TOKEN: "mine", PATH: azThat("exit 3") });

    expect(code).toBe(0);
    expect(asked).toEqual(["/api/requests?order=deadline&limit=50 Bearer mine"]);
  });

  test("is else that of az, for the API that the app names", async () => {
    const { url, asked } = await anApp();
    const token = tokenWith("User.Read Approvals.ReadWrite");
    const az = azThat(
      `[ "$*" = "account get-access-token --resource ${API} --output json" ] || exit 3`,
      `echo '{ "accessToken": "${token}" }'`,
    );

    const { code, err } = await list(url, { PATH: az });

    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(asked).toEqual([
      "/api/sign-in by nobody",
      `/api/requests?order=deadline&limit=50 Bearer ${token}`,
    ]);
  });

  test("never goes to an app that made az give one for something else than our API", async () => {
    const { url, asked } = await anApp({ apiClientId: "797f4846-ba00-4fd7-ba43-dac1f8f63013" });
    const az = azThat(`echo '{ "accessToken": "${tokenWith("user_impersonation")}" }'`);

    const { code, err } = await list(url, { PATH: az });

    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/carries no permission of this app, so it is not sent/),
    });
    expect(asked).toEqual(["/api/sign-in by nobody"]);
  });

  test.each([
    [
      "there is no az",
      () => "/nowhere",
      /^Azure's command line, az, is not on the PATH, and APPROVALS_TOKEN is not set\./,
    ],
    [
      "nobody is signed in to az",
      () => azThat("echo 'ERROR: Please run az login' >&2", "exit 1"),
      /^az gives no token: sign in with az login\. It says: ERROR: Please run az login\n$/,
    ],
    ["az prints something else", () => azThat("echo hello"), /^az printed no token\./],
  ])("is missed in a sentence where %s", async (_why, path, sentence) => {
    const { url } = await anApp();

    expect(await list(url, { PATH: path() })).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(sentence),
    });
  });

  test("cannot be got where the app does not say what its API is called", async () => {
    const { url } = await anApp(null);

    expect(await list(url, { PATH: azThat("exit 3") })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/INBOX_CLIENT_ID.*\nOr put a token into APPROVALS_TOKEN\.\n$/),
    });
  });
});
