import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { dataFolder } from "../../../infra/local/supervisor/data-folder.ts";
import { newFolder, PATIENCE, remove, startStack, stop } from "./processes.ts";

vi.setConfig({ testTimeout: 3 * PATIENCE.timeout });

const folder = newFolder();
afterAll(() => remove(folder));

/** The app's setting, as it is in its environment. */
const flowAddress = (): string =>
  parseEnv(readFileSync(join(folder, "app.env"), "utf8")).TEAMS_WORKFLOW_URL ?? "";

/** Posts a card to the address as the app would, and says what the answer's status was. */
function post(url: string): string {
  const card = { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: "A question" }] };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", content: card };
  const body = JSON.stringify({ type: "message", attachments: [attachment] });
  const script = `fetch(${JSON.stringify(url)}, { method: "POST", body: ${JSON.stringify(body)} }).then(({ status }) => console.log(status))`;
  const arguments_ = [`--env-file=${join(folder, "app.env")}`, "-e", script];
  return execFileSync(process.execPath, arguments_, { encoding: "utf8" }).trim();
}

test("the app's flow posts to the page that is told, at the same address after a restart and a kill", async () => {
  const first = await startStack(folder);
  const address = flowAddress();
  const status = post(address);
  const { teams } = first.endpoints();
  await stop(first);
  // What an earlier version, which had no Teams, leaves where it is killed.
  const pid = first.process.pid;
  const left = { app: "http://127.0.0.1:9", pids: { supervisor: pid, app: pid, cloud: pid } };
  writeFileSync(join(folder, "endpoints.json"), JSON.stringify(left));

  const second = await startStack(folder);

  const page = await (await fetch(second.endpoints().teams.page)).text();
  expect(first.output()).toContain(`\n  What is posted to Teams is on ${teams.page}/\n`);
  expect(status).toBe("202");
  expect(page).toContain("A question");
  expect(second.endpoints().teams).toEqual(teams);
  expect(flowAddress()).toBe(address);
  await stop(second);
});

test("a data folder of an earlier version gets a Teams, and keeps it", async () => {
  const { settings } = dataFolder(folder);
  const { ports, keys, ...others } = JSON.parse(readFileSync(settings, "utf8"));
  const { teams: _, teamsPage: __, ...oldPorts } = ports;
  const { workflows: ___, ...oldKeys } = keys;
  writeFileSync(settings, JSON.stringify({ ...others, ports: oldPorts, keys: oldKeys }));

  const one = await startStack(folder);
  const addresses = [flowAddress()];
  await stop(one);
  const two = await startStack(folder);
  addresses.push(flowAddress());
  await stop(two);

  expect(addresses[0]).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/.*&sig=.{43}$/);
  expect(addresses[1]).toBe(addresses[0]);
});
