import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { PLATFORM_CHANNEL, SECURITY_CHANNEL } from "../../infra/local/teams/demo.ts";
import { aHook } from "./kit/hook.ts";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder, runCommand } from "./kit/processes.ts";
import { ASKS_BOTH, teamsOf } from "./kit/teams.ts";
import { aStack } from "./stack.ts";

const MARKDOWN =
  "[click here](javascript:alert(1)) **bold** <at>everyone</at> {{DATE(2020-01-01T00:00:00Z,SHORT)}}";
const HTML = '<img src=x onerror=alert(1)><script>alert(1)</script>" onmouseover="alert(1)';
/** Clears a screen, turns texts round, breaks lines, and looks like a line of the log. */
const TERMINAL =
  "\u001b[2J\u001b]8;;https://evil.example\u0007\u202egnp.exe\u2028\n12:00:00 info  [deliver] all is well";
/** ARM takes 140 characters. */
const MESSAGES = [MARKDOWN, HTML, TERMINAL];
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const OBEYED_BY_TERMINALS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_BOTH);
const hook = await aHook("everything");
const stack = aStack({ POLICY: policy, ...hook.settings });
const { cardsIn, rawCardsIn } = teamsOf(stack.endpoints);

beforeAll(async () => {
  for (const [n, message] of MESSAGES.entries()) await peopleAreAsked(stack, `pe-hostile-${n}`, message);
}, TIMEOUT_MS);

describe("what a consumer writes is a text wherever it is shown, and is obeyed nowhere", () => {
  test.each([
    ["a flow posts", PLATFORM_CHANNEL],
    ["the bot posts", SECURITY_CHANNEL],
  ])("a card that %s holds it in text runs alone; every address in it is ours", async (_who, channel) => {
    await eventually(async () => expect(await cardsIn(channel)).toHaveLength(MESSAGES.length));
    const cards = await rawCardsIn(channel);

    const body = cards.flatMap((card) => card.body);
    const others = JSON.stringify(body.filter(({ type }) => type !== "RichTextBlock"));
    expect(JSON.stringify(body)).toContain("click here");
    expect(others).not.toMatch(/click here|onerror|everyone|gnp/);
    expect(JSON.stringify(body)).not.toMatch(/\{\{DATE|<at>/);
    for (const { url } of cards.flatMap((card) => card.actions))
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/inbox\/#|^https:\/\/portal\.azure\.com\/#/);
  });

  test("Teams draws it as it stands: nothing of it is markup or leads anywhere", async () => {
    await eventually(async () => expect(await cardsIn(PLATFORM_CHANNEL)).toHaveLength(MESSAGES.length));
    const markup = await (await fetch(stack.endpoints().teams.page)).text();

    expect(markup).toContain("click here");
    expect(markup).not.toMatch(/<img|<script|<at>|href="javascript:|onmouseover="/i);
  });

  test("a webhook gets the very text, as JSON that holds no control character", async () => {
    const received = () => hook.heard.filter(({ type }) => type.endsWith(".received.v1"));
    await eventually(() => expect(received()).toHaveLength(MESSAGES.length));

    expect(received().map(({ data }) => data.requestMessage)).toEqual(MESSAGES);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(hook.bodies.join("")).not.toMatch(/[\u0000-\u001f]/);
  });

  test("the log has it on lines of its own, without a sign that a terminal obeys", () => {
    const lines = stack.output().split("\n");

    expect(lines.filter((line) => line.startsWith("12:00:00 info  [deliver] all is well"))).toEqual([]);
    // The host colours its own lines.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of terminals
    const plain = lines.map((line) => line.replace(/\u001b\[\d*m/g, ""));
    expect(plain.filter((line) => OBEYED_BY_TERMINALS.test(line))).toEqual([]);
  });

  test.each([
    ["click here", 0],
    ["onerror", 1],
    ["gnp.exe", 2],
  ])("the command line shows %s, and obeys nothing of it", async (text, n) => {
    const { id } = await stack.api.request(`pe-hostile-${n}`);
    const show = runCommand("cli/approvals.ts", ["show", id, "--as", "ana", "--data", stack.data]);

    expect(await show.ended, show.output()).toBe(0);
    expect(show.output()).toContain(text);
    expect(show.output()).not.toMatch(OBEYED_BY_TERMINALS);
  });
});
