import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";
import { aWebhook } from "../event-grid/webhook.ts";
import { startIssuer } from "./issuer.ts";
import { AKS, clusterPath, endpointPath, NETWORK, sendRaw } from "./world.ts";

const ROUNDS = 3;
const PUTS_A_ROUND = 40;
/** A round is killed after this many answers, while others are under way. */
const KILLED_AFTER = 15;

test("killed at any moment, ARM keeps what it acknowledged, and every acknowledged change is announced", async () => {
  const folder = mkdtempSync(join(tmpdir(), "arm-kill-"));
  const { caFile } = await loadOrCreateTls(folder);
  const issuer = await startIssuer();
  const webhook = await aWebhook();
  const agent = new Agent({ ca: readFileSync(caFile), keepAlive: true });
  const token = await issuer.token();
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    agent.destroy();
    for (const child of children) child.kill("SIGKILL");
    await issuer.close();
    rmSync(folder, { recursive: true });
  });
  const start = async () => {
    const child = fork(
      new URL("./arm-process.ts", import.meta.url),
      [folder, issuer.issuer, issuer.jwksUrl, webhook.url],
      { execArgv: [] },
    );
    children.push(child);
    const exited = once(child, "exit");
    const [port] = (await once(child, "message")) as [number];
    return {
      child,
      exited,
      send: (method: string, path: string, body?: unknown) =>
        sendRaw(agent, port, method, path, { token, body }),
    };
  };
  const acknowledged: string[] = [];

  for (let round = 0; round < ROUNDS; round++) {
    const { child, exited, send } = await start();
    const cluster = {
      location: "westeurope",
      properties: { apiServerAccessProfile: { enablePrivateCluster: true } },
    };
    await send("PUT", clusterPath("c1") + AKS, cluster);
    let answers = 0;
    const puts = Array.from({ length: PUTS_A_ROUND }, async (_, index) => {
      const name = `pe-${round}-${index}`;
      const link = {
        name: "l",
        properties: { privateLinkServiceId: clusterPath("c1"), groupIds: ["management"] },
      };
      const { status } = await send("PUT", endpointPath(name) + NETWORK, {
        properties: { manualPrivateLinkServiceConnections: [link] },
      });
      if (status === 201) acknowledged.push(name);
      answers += 1;
      if (answers === KILLED_AFTER) child.kill("SIGKILL");
    });
    await Promise.allSettled(puts);
    await exited;
  }

  const { send } = await start();
  const { body } = await send("GET", `${clusterPath("c1")}/privateEndpointConnections${AKS}`);
  const names = body.value.map(({ name }: { name: string }) => name.split(".")[0]);
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * KILLED_AFTER);
  expect(names).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(names).size).toBe(names.length);
  await expect
    .poll(() => webhook.received.map(({ body: [event] }) => event.subject.split("/").at(-1)))
    .toEqual(expect.arrayContaining(acknowledged));
});
