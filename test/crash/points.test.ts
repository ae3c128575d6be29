import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { createServer as createHttpServer, request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, TIMEOUT_MS } from "../journey/kit/patience.ts";
import { newFolder } from "../journey/kit/processes.ts";
import { Control, type Side } from "./control.ts";

const POINTS = new URL("./points.ts", import.meta.url).href;
/** "AMQP" and the version, as every connection begins. */
const HEADER = [0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0];
/** A transfer of nothing: size, offset of the body, kind, channel, described type, descriptor, no fields. */
const TRANSFER = [0, 0, 0, 12, 2, 0, 0, 0, 0x00, 0x53, 0x14, 0x45];

const folder = newFolder();
const control = new Control(folder, "app");
const database = join(folder, "some.sqlite");
const children = new Set<ChildProcess>();
let heard = "";
const web = createHttpServer((incoming, response) => {
  heard += incoming.url;
  response.end();
});
const broker = createServer((socket) => {
  socket.on("data", (bytes) => {
    heard += bytes.toString("hex");
  });
});

beforeAll(async () => {
  for (const server of [web, broker]) await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const server of [web, broker]) server.close();
  rmSync(folder, { recursive: true });
});

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

/** Runs the script with the points loaded. @returns the signal that ended it, null when it came to its end */
function runs(script: string, onOutput: (text: string) => void = () => undefined): Promise<string | null> {
  const child = spawn(process.execPath, ["--import", POINTS, "--input-type=module", "-e", script], {
    env: { ...process.env, CRASH_CONTROL: folder, CRASH_VICTIM: "app" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  child.stdout.setEncoding("utf8").on("data", onOutput);
  return new Promise((done) => child.once("close", (_code, signal) => done(signal)));
}

const rows = (): number => {
  if (!existsSync(database)) return 0;
  const opened = new DatabaseSync(database);
  try {
    return Number(opened.prepare("SELECT count(*) AS count FROM things").get()?.count);
  } finally {
    opened.close();
  }
};

const OPEN = () => `
  import { DatabaseSync } from "node:sqlite";
  const database = new DatabaseSync(${JSON.stringify(database)});
  database.exec("CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY)");`;

describe("a process dies exactly at the point that it is told", { timeout: TIMEOUT_MS }, () => {
  const sides: readonly Side[] = ["before", "after"];

  describe.each([
    [
      "a transaction",
      `database.exec("BEGIN"); database.exec("INSERT INTO things DEFAULT VALUES"); database.exec("COMMIT");`,
    ],
    ["a write of its own", `database.prepare("INSERT INTO things DEFAULT VALUES").run();`],
    [
      "a write that hands back rows",
      `database.prepare("INSERT INTO things DEFAULT VALUES RETURNING id").get();`,
    ],
  ])("the commit of %s", (_what, write) => {
    test.each(sides)("%s", async (side) => {
      const rowsBefore = rows();
      control.order({ kind: "die", passage: { what: "commit some.sqlite: insert things", side }, nth: 1 });

      expect(await runs(OPEN() + write)).toBe("SIGKILL");

      expect(rows() - rowsBefore).toBe(side === "before" ? 0 : 1);
    });
  });

  describe.each([
    ["fetch", () => `await fetch("http://127.0.0.1:${portOf(web)}/pe-1?x=1");`],
    ["node:http", () => `import { get } from "node:http"; get("http://127.0.0.1:${portOf(web)}/pe-1?x=1");`],
  ])("a request by %s", (_what, script) => {
    test.each(sides)("%s", async (side) => {
      heard = "";
      control.order({ kind: "die", passage: { what: "send GET /pe-*", side }, nth: 1 });

      expect(await runs(script())).toBe("SIGKILL");

      await eventually(() => expect(heard).toBe(side === "before" ? "" : "/pe-1?x=1"));
    });
  });

  test.each(sides)("a reply, %s", async (side) => {
    control.order({ kind: "die", passage: { what: "reply GET /thing 200", side }, nth: 1 });
    const { promise: status, resolve } = Promise.withResolvers<number | undefined>();
    const ask = (port: string) =>
      request({ host: "127.0.0.1", port: Number(port), path: "/thing" }, ({ statusCode }) =>
        resolve(statusCode),
      )
        .once("error", () => resolve(undefined))
        .end();

    const server = `
      import { createServer } from "node:http";
      const server = createServer((_request, response) => response.end());
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
    expect(await runs(server, ask)).toBe("SIGKILL");

    expect(await status).toBe(side === "before" ? undefined : 200);
  });

  test.each(sides)("a message to a broker, %s", async (side) => {
    heard = "";
    control.order({ kind: "die", passage: { what: "amqp transfer", side }, nth: 1 });

    const sender = `
      import { connect } from "node:net";
      const socket = connect(${portOf(broker)}, "127.0.0.1", () => {
        socket.write(Buffer.from(${JSON.stringify(HEADER)}), () => socket.write(Buffer.from(${JSON.stringify(TRANSFER)})));
      });`;
    expect(await runs(sender)).toBe("SIGKILL");

    const transfer = Buffer.from(TRANSFER).toString("hex");
    const header = Buffer.from(HEADER).toString("hex");
    await eventually(() => expect(heard).toBe(side === "before" ? header : header + transfer));
  });
});

describe("an order", { timeout: TIMEOUT_MS }, () => {
  const twice = `${OPEN()} const insert = database.prepare("INSERT INTO things DEFAULT VALUES"); insert.run(); insert.run();`;
  const passage = { what: "commit some.sqlite: insert things", side: "after" } as const;

  test("counts what is like it", async () => {
    const rowsBefore = rows();
    control.order({ kind: "die", passage, nth: 2 });

    expect(await runs(twice)).toBe("SIGKILL");

    expect(rows() - rowsBefore).toBe(2);
  });

  test("is used up, so that the next process lives", async () => {
    control.order({ kind: "die", passage, nth: 1 });

    expect([await runs(twice), await runs(twice)]).toEqual(["SIGKILL", null]);
  });

  test("to record writes down every point, before and after", async () => {
    control.order({ kind: "record" });

    expect(await runs(OPEN())).toBe(null);

    const what = "commit some.sqlite: create things";
    expect(control.passed).toEqual([
      { what, side: "before" },
      { what, side: "after" },
    ]);
  });
});
