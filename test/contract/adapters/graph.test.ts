import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { closeAtOnce, listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { graphDirectory } from "../../../shared/azure/graph.ts";

const PLATFORM = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
const others = (count: number) =>
  Array.from({ length: count }, (_, n) => `70c1d2e3-0000-4000-8000-${String(n).padStart(12, "0")}`);

/** A Graph that answers everything alike, and what it was asked. */
async function aGraph(status: number, body: unknown) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  onTestFinished(() => closeAtOnce(server));
  const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 60_000 }) };
  return { directory: graphDirectory({ endpoint, credential }), asked };
}

test("somebody who is not there is nobody, and an answer that is none of Graph's is no answer", async () => {
  const { directory: empty } = await aGraph(404, { error: { code: "Request_ResourceNotFound" } });
  const { directory: odd } = await aGraph(200, { value: "everybody" });

  expect(await empty.person("x", [PLATFORM])).toBeNull();
  await expect(odd.person("x", [PLATFORM])).rejects.toThrow();
});

test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
  ["may sign in", { accountEnabled: true }, true],
  ["may not", { accountEnabled: false }, false],
  ["may not be known to", {}, false],
])("somebody who %s is taken for who they are, or for nobody", async (_what, said, isKnown) => {
  const { directory } = await aGraph(200, {
    ...said,
    displayName: "Ana",
    userPrincipalName: "ana@x.example",
    value: [PLATFORM],
  });

  expect(await directory.person("x", [PLATFORM])).toEqual(
    isKnown ? { name: "Ana", signInNames: ["ana@x.example"], groups: [PLATFORM] } : null,
  );
});

test("a missing permission is told with what to grant, and nothing of what Graph says", async () => {
  const { directory } = await aGraph(403, { error: { message: "hunter2" } });

  await expect(directory.person("x", [PLATFORM])).rejects.toThrow(
    "Microsoft Graph answered 403: grant the app's identity the permissions User.Read.All and GroupMember.Read.All.",
  );
});

test("an object id is a part of a path and nothing else; groups are asked about twenty at a time", async () => {
  const { directory, asked } = await aGraph(200, { value: [PLATFORM] });

  await directory.person("../me?", others(41));

  expect(asked.filter((call) => call.startsWith("POST"))).toEqual(
    Array(3).fill("POST /v1.0/users/..%2Fme%3F/checkMemberGroups"),
  );
});
