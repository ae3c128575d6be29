import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";
import { PLATFORM_WORKFLOW } from "../../../infra/local/teams/demo.ts";
import { workflowUrl } from "../../../infra/local/teams/workflow-url.ts";
import { sendRaw } from "../arm/world.ts";
import { aCard, CONTROL_KEY, messageOf, WORKFLOW_KEY } from "./world.ts";

const ROUNDS = 3;
const POSTS_A_ROUND = 30;
/** A round is killed after this many answers, while others are under way. */
const KILLED_AFTER = 10;

test("killed at any moment, Teams keeps every run that it acknowledged, with its message", async () => {
  const folder = mkdtempSync(join(tmpdir(), "teams-kill-"));
  const agent = new Agent({ ca: readFileSync((await loadOrCreateTls(folder)).caFile), keepAlive: true });
  const children: ChildProcess[] = [];
  onTestFinished(() => {
    agent.destroy();
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  const start = async () => {
    const child = fork(new URL("./teams-process.ts", import.meta.url), [folder], { execArgv: [] });
    children.push(child);
    const exited = once(child, "exit");
    const [url] = (await once(child, "message")) as [string];
    const port = Number(new URL(url).port);
    const { pathname, search } = new URL(workflowUrl(url, WORKFLOW_KEY, PLATFORM_WORKFLOW.id));
    const post = (name: string) =>
      sendRaw(agent, port, "POST", pathname + search, { body: messageOf(aCard({ fallbackText: name })) });
    const listed = async (what: string) =>
      (await sendRaw(agent, port, "GET", `/_control/${what}`, { headers: { "x-control-key": CONTROL_KEY } }))
        .body.value;
    return { child, exited, post, listed };
  };
  const acknowledged: string[] = [];

  for (let round = 0; round < ROUNDS; round++) {
    const { child, exited, post } = await start();
    let answers = 0;
    const posts = Array.from({ length: POSTS_A_ROUND }, async (_, index) => {
      const name = `${round}-${index}`;
      const { status } = await post(name);
      if (status === 202) acknowledged.push(name);
      answers += 1;
      if (answers === KILLED_AFTER) child.kill("SIGKILL");
    });
    await Promise.allSettled(posts);
    await exited;
  }

  const { listed } = await start();
  const [messages, runs] = [await listed("messages"), await listed("runs")];
  const names = messages.map(
    ({ cards: [card] }: { cards: { fallbackText: string }[] }) => card?.fallbackText,
  );
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * KILLED_AFTER);
  expect(names).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(names).size).toBe(names.length);
  const shown = runs.flatMap(({ messageIds }: { messageIds: string[] }) => messageIds);
  expect(shown.toSorted()).toEqual(messages.map(({ id }: { id: string }) => id).toSorted());
});
