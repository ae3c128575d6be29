import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { fileSource } from "../../../shared/policy-in-force/file-source.ts";
import type { PolicySource } from "../../../shared/policy-in-force/port.ts";

const probe = await open(import.meta.filename);
const fileHandles: FileHandle = Object.getPrototypeOf(probe);
await probe.close();

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "policy-"));
  file = join(folder, "policy.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file whose last change lies a minute back. */
function lies(path: string, text: string | Buffer): void {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  utimesSync(whole, new Date(), new Date(Date.now() - 60_000));
}

/** A source whose pauses take no time; `meanwhile` is what happens in each of them, then nothing more. */
function sourceOf(path: string, meanwhile: (() => void)[] = []) {
  const pauses: number[] = [];
  const source: PolicySource = fileSource({
    file: path,
    now: Date.now,
    pause: async (ms) => {
      pauses.push(ms);
      meanwhile.shift()?.();
    },
  });
  return { read: () => source.read(), pauses };
}

/** Does something to the file that is read next, after it was opened and before its content is read. */
function whileRead(deed: () => void): void {
  const opened = vi.spyOn(fileHandles, "createReadStream");
  opened.mockImplementationOnce(function (this: FileHandle, options) {
    deed();
    opened.mockRestore();
    return this.createReadStream(options);
  });
}

describe("what is read", () => {
  test("the file by its name as it was given, and no lists where there is no folder of them", async () => {
    lies("policy.yaml", "rules: []\n");

    const files = await sourceOf(file).read();

    expect(files).toEqual({ file, text: "rules: []\n", lists: new Map() });
  });

  test("the lists beside it, and nothing else that lies there", async () => {
    lies("policy.yaml", "");
    lies("lists/b.txt", "b");
    lies("lists/a.yaml", "- a");
    lies("lists/c.yml", "- c");
    for (const other of ["README.md", "d.yaml.bak", "e.json", ".f.yaml", "..data/g.yaml", "h.txt/i.yaml"]) {
      lies(`lists/${other}`, "other");
    }

    const { lists } = await sourceOf(file).read();

    expect([...lists]).toEqual([
      [join(folder, "lists/a.yaml"), "- a"],
      [join(folder, "lists/b.txt"), "b"],
      [join(folder, "lists/c.yml"), "- c"],
    ]);
  });

  test("a built policy alone: its lists are in it", async () => {
    lies("policy.json", "{}");
    lies("lists/a.yaml", "- a");

    const { lists } = await sourceOf(join(folder, "policy.json")).read();

    expect(lists.size).toBe(0);
  });

  test("what Kubernetes mounts: links to a folder of links, which is replaced at once", async () => {
    lies("..2026_1/policy.yaml", "old");
    lies("..2026_2/policy.yaml", "new");
    symlinkSync("..2026_1", join(folder, "..data"));
    symlinkSync("..data/policy.yaml", file);
    const source = sourceOf(file);

    const before = await source.read();
    symlinkSync("..2026_2", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    const after = await source.read();

    expect([before.text, after.text]).toEqual(["old", "new"]);
  });
});

describe("a file that may still be being written", () => {
  test("what has not changed for a second is taken at once when the app starts", async () => {
    lies("policy.yaml", "whole");
    const { read, pauses } = sourceOf(file);

    await read();
    await read();

    expect(pauses).toEqual([]);
  });

  test.each([
    ["a moment ago", 0],
    ["in the future, by a clock that is ahead", 3_600_000],
  ])("what changed %s is looked at again a second later", async (_when, aheadMs) => {
    lies("policy.yaml", "whole");
    utimesSync(file, new Date(), new Date(Date.now() + aheadMs));
    const { read, pauses } = sourceOf(file);

    expect((await read()).text).toBe("whole");

    expect(pauses).toEqual([1_000]);
  });

  test("half of it is never taken, neither when the app starts nor while it runs", async () => {
    writeFileSync(file, "half");
    const starting = sourceOf(file, [() => writeFileSync(file, "half and half")]);
    const running = sourceOf(file, [() => writeFileSync(file, "new half and half")]);

    const atStart = await starting.read();
    lies("policy.yaml", "old");
    await running.read();
    // As old as a slow clock of a file server would have it.
    lies("policy.yaml", "new half");
    const later = await running.read();

    expect([atStart.text, later.text]).toEqual(["half and half", "new half and half"]);
    expect([starting.pauses.length, running.pauses.length]).toEqual([2, 2]);
  });

  test("a list beside it that changes is waited for in the same way", async () => {
    lies("policy.yaml", "rules");
    lies("lists/a.txt", "1");
    const { read, pauses } = sourceOf(file, [() => lies("lists/a.txt", "1\n2\n3")]);
    await read();

    lies("lists/a.txt", "1\n2");
    const { lists } = await read();

    expect([...lists.values()]).toEqual(["1\n2\n3"]);
    expect(pauses).toHaveLength(2);
  });

  test("what changes while it is read is not whole, even if it looks old, or the same as before", async () => {
    lies("policy.yaml", "rules");
    const touch = (age: number) => () => utimesSync(file, new Date(), new Date(age));
    const { read, pauses } = sourceOf(file, [() => undefined, () => whileRead(touch(2))]);

    whileRead(() => lies("policy.yaml", "rules, rules"));
    expect((await read()).text).toBe("rules, rules");
    expect(pauses).toHaveLength(1);

    whileRead(touch(1));
    expect((await read()).text).toBe("rules, rules");
    expect(pauses).toHaveLength(3);
  });

  test("what never comes to rest is given up after five seconds, and tried anew the next time", async () => {
    writeFileSync(file, "0");
    const writes = Array.from({ length: 5 }, (_, index) => () => writeFileSync(file, `${index + 1}`));
    const { read, pauses } = sourceOf(file, writes);

    await expect(read()).rejects.toThrow(`${file} is still being written.`);

    expect(pauses).toHaveLength(5);
    expect((await read()).text).toBe("5");
  });
});

describe("what cannot be read", () => {
  test("there is no such file: its whole path is said, and why it cannot be read", async () => {
    await expect(sourceOf(file).read()).rejects.toThrow(`${file} cannot be read: there is no such file.`);
  });

  test.each<[string, (path: string) => unknown]>([
    ["a folder", (path) => mkdirSync(path)],
    ["a link to a folder", (path) => symlinkSync(folder, path)],
    ["a pipe that nobody writes to", (path) => execFileSync("sh", ["-c", 'mkfifo "$0"', path])],
    ["a device", (path) => symlinkSync("/dev/zero", path)],
  ])("%s is no file, and not waited for", async (what, make) => {
    lies("policy.yaml", "");
    mkdirSync(join(folder, "lists"));
    const paths = [join(folder, "other.yaml"), join(folder, "lists/a.txt")];
    for (const path of paths) make(path);

    const [asPolicy, asList] = paths;
    const isFolder = what.endsWith("folder");
    const sentence = `cannot be read: ${isFolder ? "it is a folder" : "it is no file, but a pipe or a device"}.`;
    await expect(sourceOf(asPolicy ?? "").read()).rejects.toThrow(`${asPolicy} ${sentence}`);
    // A folder in the folder of lists is simply not a list.
    if (what !== "a folder") await expect(sourceOf(file).read()).rejects.toThrow(`${asList} ${sentence}`);
  });

  test("a socket is no file either, as the system says", async () => {
    const server = createServer().listen(file);
    onTestFinished(() => void server.close());
    await once(server, "listening");

    await expect(sourceOf(file).read()).rejects.toThrow(`${file} cannot be read: ENXIO`);
  });

  test("the lists are no folder", async () => {
    lies("policy.yaml", "");
    lies("lists", "");

    await expect(sourceOf(file).read()).rejects.toThrow(
      `${join(folder, "lists")} cannot be read: it is no folder.`,
    );
  });

  test("a list that links to nothing is missed, not left out", async () => {
    lies("policy.yaml", "");
    mkdirSync(join(folder, "lists"));
    symlinkSync("nowhere", join(folder, "lists/a.txt"));

    await expect(sourceOf(file).read()).rejects.toThrow(
      `${join(folder, "lists/a.txt")} cannot be read: there is no such file.`,
    );
  });

  test.each([
    ["policy.yaml", "256 KiB", 256 * 1_024],
    ["lists/a.txt", "256 KiB", 256 * 1_024],
    ["policy.json", "4 MiB", 4 * 1_024 * 1_024],
  ])("%s may have %s and not one byte more", async (path, size, bytes) => {
    lies("policy.yaml", "");
    lies(path, Buffer.alloc(bytes, "x"));
    const { read } = sourceOf(path.endsWith("json") ? join(folder, path) : file);

    const { text, lists } = await read();
    truncateSync(join(folder, path), bytes + 1);

    expect(Math.max(text.length, ...[...lists.values()].map((list) => list.length))).toBe(bytes);
    await expect(read()).rejects.toThrow(`${join(folder, path)} is larger than ${size}; make it smaller.`);
  });

  test("more lists than anybody has", async () => {
    lies("policy.yaml", "");
    for (let index = 0; index <= 1_000; index++) lies(`lists/l${index}.txt`, "");

    await expect(sourceOf(file).read()).rejects.toThrow("lists has more than 1000 lists; join some of them.");
  });

  test("text that is not UTF-8", async () => {
    lies("policy.yaml", Buffer.from("r\xe8gles: []", "latin1"));

    await expect(sourceOf(file).read()).rejects.toThrow(`${file} is no UTF-8 text; save it as UTF-8.`);
  });
});
