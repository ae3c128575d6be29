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

/** Writes a file and sets its time a minute back, as copies do that keep the times of what they copy. */
function lies(path: string, text: string | Buffer): void {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  utimesSync(whole, new Date(), new Date(Date.now() - 60_000));
}

/**
 * A source whose pauses take no time; `meanwhile` is what happens in each of them, then nothing more. By its clock all
 * that was just written is half a minute old.
 */
function sourceOf(path: string, meanwhile: (() => void)[] = [], now = () => Date.now() + 30_000) {
  const pauses: number[] = [];
  const source: PolicySource = fileSource({
    file: path,
    now,
    pause: async (ms) => {
      pauses.push(ms);
      meanwhile.shift()?.();
    },
  });
  return { read: () => source.read(), pauses };
}

/** Does something while the `nth` file from now on is read, after it was opened and before its content is read. */
function whileRead(deed: () => void, nth = 1): void {
  const { createReadStream } = fileHandles;
  const opened = vi.spyOn(fileHandles, "createReadStream");
  opened.mockImplementation(function (this: FileHandle, options) {
    if (opened.mock.calls.length === nth) {
      opened.mockRestore();
      deed();
    }
    return createReadStream.call(this, options);
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
    ["a moment ago", -500],
    ["in the future, by a clock that is ahead", 3_600_000],
  ])("what changed %s is looked at again a second later", async (_when, aheadMs) => {
    const now = Date.now() + 30_000;
    lies("policy.yaml", "whole");
    utimesSync(file, new Date(), new Date(now + aheadMs));
    const { read, pauses } = sourceOf(file, [], () => now);

    expect((await read()).text).toBe("whole");

    expect(pauses).toEqual([1_000]);
  });

  test("what was copied a moment ago, with the times of long ago, is looked at again when the app starts", async () => {
    lies("policy.yaml", "half of a copy");
    const { read, pauses } = sourceOf(file, [() => lies("lists/a.txt", "the other half")], Date.now);

    expect((await read()).lists.size).toBe(1);

    expect(pauses).toHaveLength(2);
  });

  test("half of it is never taken, neither when the app starts nor while it runs", async () => {
    lies("policy.yaml", "half");
    const starting = sourceOf(file, [() => lies("policy.yaml", "half and half")], Date.now);
    const running = sourceOf(file, [() => lies("policy.yaml", "new half and half")]);

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
    const { read, pauses } = sourceOf(file, writes, Date.now);

    await expect(read()).rejects.toThrow(`${file} is still being written.`);

    expect(pauses).toHaveLength(5);
    expect((await read()).text).toBe("5");
  });
});

describe("a policy and its lists are one set", () => {
  /** A set as it lies there as a whole, old or new. */
  const sets = ["old", "new"].map((age) => ({ text: `${age} policy`, lists: [`${age} list`] }));

  async function readSet({ read }: Pick<PolicySource, "read">) {
    const { text, lists } = await read();
    return { text, lists: [...lists.values()] };
  }

  /** What Kubernetes mounts, of which one link is replaced. */
  function mounted(): () => void {
    for (const age of ["old", "new"]) {
      lies(`..${age}/policy.yaml`, `${age} policy`);
      lies(`..${age}/lists/a.txt`, `${age} list`);
    }
    symlinkSync("..old", join(folder, "..data"));
    symlinkSync("..data/policy.yaml", file);
    symlinkSync("..data/lists", join(folder, "lists"));
    return () => {
      symlinkSync("..new", join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    };
  }

  test("that is replaced while it is read, when the app starts", async () => {
    const replace = mounted();
    const { read } = sourceOf(file);
    whileRead(replace);

    expect(await readSet({ read })).toEqual(sets[1]);
  });

  test("that is replaced between the two looks, or in the second one", async () => {
    const replace = mounted();
    const source = sourceOf(file, [() => whileRead(replace)], Date.now);

    expect(await readSet(source)).toEqual(sets[1]);
    expect(source.pauses).toHaveLength(3);
  });

  test("that changes in the file which was read first, while the second one is read", async () => {
    lies("policy.yaml", "old policy");
    lies("lists/a.txt", "old list");
    const source = sourceOf(file);
    whileRead(() => lies("policy.yaml", "newer policy"), 2);

    expect(await readSet(source)).toEqual({ text: "newer policy", lists: ["old list"] });
  });

  test.each<[string, () => void, string[]]>([
    ["appears", () => lies("lists/b.txt", "b"), ["a", "b"]],
    ["vanishes", () => rmSync(join(folder, "lists/a.txt")), []],
    [
      "is called otherwise",
      () => renameSync(join(folder, "lists/a.txt"), join(folder, "lists/b.txt")),
      ["a"],
    ],
    [
      "was the only one, and goes with its folder",
      () => rmSync(join(folder, "lists"), { recursive: true }),
      [],
    ],
  ])("of which a list %s while the policy is read: it is read again", async (_what, deed, lists) => {
    lies("policy.yaml", "policy");
    lies("lists/a.txt", "a");
    const source = sourceOf(file);
    whileRead(deed);

    expect(await readSet(source)).toEqual({ text: "policy", lists });
    expect(source.pauses.length).toBeGreaterThan(0);
  });

  test("of which a list was removed a moment ago is looked at again when the app starts", async () => {
    lies("policy.yaml", "policy");
    lies("lists/a.txt", "a");
    const now = Date.now() + 30_000;
    utimesSync(join(folder, "lists"), new Date(), new Date(now - 500));
    const source = sourceOf(file, [], () => now);

    await source.read();

    expect(source.pauses).toEqual([1_000]);
  });

  test("that takes long to read is as old as it was when the look began", async () => {
    let aheadMs = 30_000;
    lies("policy.yaml", "old policy");
    lies("lists/a.txt", "old list");
    const source = sourceOf(file, [() => lies("policy.yaml", "new policy")], () => Date.now() + aheadMs);
    whileRead(() => {
      utimesSync(join(folder, "lists/a.txt"), new Date(), new Date(Date.now() + aheadMs));
      aheadMs += 10_000;
    });

    expect((await source.read()).text).toBe("new policy");
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
