import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { SOON } from "../../patience.ts";
import { df } from "../app.ts";
import { aHub, finished, freshFile, reached } from "../hub.ts";

const CHILD = fileURLToPath(new URL("./crash-child.ts", import.meta.url));

/** The process is killed when it has begun so many episodes and activities. */
const KILL_AFTER = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const INSTANCES = Array.from({ length: 40 }, (_, index) => `pe-${index}`);

interface Child {
  url: string;
  /** Resolves when so many lines of work were seen, or the process has gone. */
  worked(lines: number): Promise<void>;
  kill(): Promise<void>;
}

async function spawnHub(file: string): Promise<Child> {
  const child = spawn(process.execPath, [CHILD, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  onTestFinished(() => void child.kill("SIGKILL"));
  let lines = 0;
  let onLine = (): void => undefined;
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The child ended with ${code} before it was killed.`)));
    createInterface({ input: outputOf(child) }).on("line", (line) => {
      if (line.startsWith("http")) resolve(line);
      else lines += 1;
      onLine();
    });
  });
  return {
    url,
    worked: (wanted) =>
      Promise.race([
        gone,
        new Promise<void>((resolve) => {
          onLine = () => void (lines >= wanted && resolve());
          onLine();
        }),
      ]),
    kill: () => {
      child.kill("SIGKILL");
      return gone;
    },
  };
}

function outputOf(child: ChildProcess): NodeJS.ReadableStream {
  if (child.stdout === null) throw new Error("The child has no output.");
  return child.stdout;
}

/** Sends every call until it is acknowledged, and then never again; an answer lost to a kill is asked for again in the next life. */
class Sender {
  readonly #pending: Map<string, string>;
  constructor(calls: Map<string, string>) {
    this.#pending = calls;
  }

  get isDone(): boolean {
    return this.#pending.size === 0;
  }

  async sendAll(url: string): Promise<void> {
    for (const [path, body] of this.#pending) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(new URL(path, url), { method: "POST", headers, body }).catch(
        () => undefined,
      );
      if (response === undefined) return;
      if ([202, 409].includes(response.status)) this.#pending.delete(path);
    }
  }
}

test("a process killed at any moment loses nothing it has acknowledged: every instance completes", async () => {
  const file = freshFile();
  const starts = new Sender(new Map(INSTANCES.map((id) => [`orchestrators/approve/${id}`, "1"])));
  const events = new Sender(
    new Map(INSTANCES.map((id) => [`instances/${id}/raiseEvent/decision`, `"yes ${id}"`])),
  );

  for (const lines of KILL_AFTER) {
    const child = await spawnHub(file);
    const sent = starts
      .sendAll(child.url)
      .then(() => (starts.isDone ? events.sendAll(child.url) : undefined));
    await child.worked(lines);
    await child.kill();
    await sent;
  }
  const last = await spawnHub(file);
  await starts.sendAll(last.url);
  await events.sendAll(last.url);

  for (const id of INSTANCES) {
    const status = await vi.waitFor(async () => {
      const body = await (await fetch(new URL(`instances/${id}`, last.url))).json();
      expect(body).not.toMatchObject({ runtimeStatus: expect.stringMatching(/Pending|Running/) });
      return body;
    }, SOON);
    expect(status).toMatchObject({
      runtimeStatus: "Completed",
      output: {
        assessed: `${id} assessed`,
        decision: `yes ${id}`,
        both: [`${id}a assessed`, `${id}b assessed`],
        applied: "applied",
      },
    });
  }
}, 60_000);

test("a file of the first version is brought up to date, one of a later version is refused", async () => {
  const file = freshFile();
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE instances (run INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    status TEXT NOT NULL, input TEXT, output TEXT, custom_status TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL)`);
  database.exec("INSERT INTO instances VALUES (1, 'old', 'approve', 'Completed', '1', '2', NULL, 0, 0)");
  database.close();

  const hub = await aHub({ file });
  const old = await hub.client.getStatus("old");
  await hub.stop();
  const later = new DatabaseSync(file);
  later.exec("PRAGMA user_version = 99");
  later.close();

  expect(old).toMatchObject({ runtimeStatus: "Completed", input: 1, output: 2 });
  await expect(aHub({ file })).rejects.toThrow("was written by another version of the Durable Task stand-in");
});

df.app.orchestration("sleepsAndWaits", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 50));
  return yield context.df.waitForExternalEvent("go");
});

test("a hub opened again fires the timers that came due while it was closed, and keeps waiting for events", async () => {
  const file = freshFile();
  const before = await aHub({ file });
  const id = await before.client.startNew("sleepsAndWaits");
  await reached(before.client, id, "Running");
  await before.stop();

  const { client } = await aHub({ file });
  await client.raiseEvent(id, "go", "now");

  expect(await finished(client, id)).toMatchObject({ runtimeStatus: "Completed", output: "now" });
});
