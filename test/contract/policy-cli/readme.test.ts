import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

/** The blocks that show commands and what they print. */
const sessions = [...readme.matchAll(/```console\n([\s\S]*?)```/g)]
  .map(([, text = ""]) => text)
  .filter((text) => !text.includes("npm run --silent audit"));

/** The commands of a block, each as it is typed, here-documents included, and what it prints. */
function commandsOf(session: string): { typed: string; printed: string }[] {
  const commands: { typed: string; printed: string }[] = [];
  let isTyping = false;
  for (const line of session.trimEnd().split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) {
      commands.push({ typed: line.slice(2), printed: "" });
      isTyping = line.endsWith("<<END");
    } else if (last !== undefined && isTyping) {
      last.typed += `\n${line}`;
      isTyping = line !== "END";
    } else if (last !== undefined) last.printed += `${line}\n`;
  }
  return commands;
}

test("the policy's commands in README.md print what it shows", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const file of ["policy.yaml", "policy.tests.yaml"]) cpSync(join(ROOT, file), join(folder, file));
  const commands = sessions.flatMap(commandsOf);
  expect(commands.length).toBeGreaterThanOrEqual(4);

  for (const { typed, printed } of commands) {
    const { stdout } = spawnSync(
      "sh",
      ["-c", typed.replaceAll("npm run --silent policy", `npm run --silent --prefix '${ROOT}' policy`)],
      {
        cwd: folder,
        encoding: "utf8",
        // As npm sets it for a user who stands in this folder.
        env: { ...process.env, INIT_CWD: folder },
      },
    );

    expect({ typed, printed: stdout }).toEqual({ typed, printed });
  }
});
