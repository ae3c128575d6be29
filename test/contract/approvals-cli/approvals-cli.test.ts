import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Change } from "../../../shared/request/life.ts";
import { UNPRINTABLE } from "../../../shared/text.ts";
import { CONSUMER, HOUR } from "../../fixtures/builders.ts";
import { type RunningHost, runHost } from "../functions-host/host.ts";
import {
  ALONE,
  DONE,
  EXPIRED,
  FAILED,
  HALF,
  LOST,
  OVER,
  PAIR,
  REASONED,
  SLOW,
  STUCK,
  trails,
  UNSEEN,
  UNSENT,
  UNWANTED,
} from "./app/trails.ts";
import { approvalsProcess } from "./approvals-process.ts";
import { type Ended, typed } from "./terminal.ts";

let host: RunningHost;
beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("app", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

const idOf = ({ request }: Change): string => request.id;

/** Runs a command line against the app as one of its people, where nobody sits unless `answers` are there. */
const as = (person: string, args: readonly string[], answers?: readonly string[]): Promise<Ended> =>
  typed([...args, "--url", host.url], {
    env: { APPROVALS_TOKEN: person },
    ...(answers === undefined ? {} : { answers }),
  });

/** What a command printed, without what would move a terminal's cursor. */
const lines = ({ out }: Ended): readonly string[] => out.trimEnd().split("\n");

describe("list", () => {
  test("shows what waits for people, the nearest deadline first, in columns", async () => {
    const ended = await as("ana", ["list"]);

    expect(ended).toMatchObject({ code: 0, err: "" });
    const [headings = "", ...rows] = lines(ended);
    expect(headings).toMatch(/^ID +STATUS +DEADLINE +ENDPOINT +CLUSTER +CONSUMER +RECEIVED +MESSAGE$/);
    expect(rows).toHaveLength(10);
    const row = rows.find((line) => line.includes("pe-pair")) ?? "";
    expect(row.split(/ {2,}/)).toEqual([
      ...[
        idOf(PAIR).slice(0, 12),
        "Waiting",
        "in 46 h",
        "pe-pair",
        "aks-prod",
        CONSUMER,
        expect.stringMatching(/^(89|9\d) min ago$/),
      ],
      "two of us, please",
    ]);
    expect(row.indexOf("pe-pair")).toBe(headings.indexOf("ENDPOINT"));
  });

  test("tells times by the app's clock, wherever this machine's stands", async () => {
    const { out } = await typed(["list", "--url", host.url], {
      env: { APPROVALS_TOKEN: "ana" },
      aheadMs: 30 * HOUR,
    });

    expect(out).toContain("in 46 h");
  });

  test("shows all that there is, and only so many", async () => {
    expect(lines(await as("ana", ["list", "--all"]))).toHaveLength(1 + trails.length);
    expect(lines(await as("ana", ["list", "--all", "--limit", "2"])).at(-1)).toBe(
      "There are more: see --limit.",
    );
  });

  test("as JSON it is as the API lists it", async () => {
    const { out } = await as("ana", ["list", "--all", "--endpoint", "pe-done", "--json"]);

    expect(JSON.parse(out)).toEqual({
      requests: [expect.objectContaining({ id: idOf(DONE), outcome: "approved", endpoint: "pe-done" })],
      hasMore: false,
    });
  });

  test("says what is so where there is nothing, and why where the app knows", async () => {
    expect((await as("ana", ["list", "--cluster", "aks-prod", "--q", "done"])).out).toBe(
      "Nothing waits for people. To see all requests: --all\n",
    );
    expect((await as("ana", ["list", "--consumer", "nobody"])).out).toMatch(
      /^No record has the consumer "nobody"/,
    );
  });
});

describe("show", () => {
  test("prints the screen in its order, and what happened", async () => {
    const ended = await as("ana", ["show", idOf(PAIR)]);

    expect(ended).toMatchObject({ code: 0, err: "" });
    const places = [
      ...["pe-pair → aks-prod", "It waits for 2 of platform", "Who asks for what", "Their message"],
      ...["> two of us, please", "Why a person decides", "What this consumer asked for before"],
      ...[
        "Who is asked",
        "platform: 0 of 2",
        "Deadline",
        "What an answer does",
        "What you may do",
        "What happened",
      ],
    ].map((text) => ended.out.indexOf(text));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places[0]).toBe(0);
    expect(ended.out).toMatch(
      /\n {2}in 46 h, \w{3} \d+ \w{3} \d{4}, \d\d:\d\d CES?T \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)\n/,
    );
  });

  test("takes the beginning of an id, in any case", async () => {
    const beginning = idOf(PAIR).slice(0, 12).toUpperCase();

    const ended = await as("ana", ["show", beginning.replace("PEC-", ""), "--json"]);

    expect(JSON.parse(ended.out)).toMatchObject({
      request: { id: idOf(PAIR), state: "waiting" },
      screen: { id: idOf(PAIR), status: { word: "Waiting" } },
      timeline: [{ kind: "received" }, { kind: "assessed" }, { kind: "asked" }],
    });
  });

  test("nothing that a consumer wrote is obeyed by the terminal", async () => {
    const { out } = await as("ana", ["show", idOf(ALONE)]);
    const { out: list } = await as("ana", ["list"]);

    expect(out).toContain("> <U+001B>[2Jpay<U+202E>");
    expect(list).toContain("<U+001B>[2Jpay<U+202E>");
    expect(`${out}${list}`.replaceAll("\n", "")).not.toMatch(new RegExp(UNPRINTABLE.source, "u"));
  });

  test("has ink on a terminal that has colours, and the same words", async () => {
    const { out } = await typed(["show", idOf(PAIR), "--url", host.url], {
      env: { APPROVALS_TOKEN: "ana" },
      hasColour: true,
    });

    expect(out).toContain("\u001b[33mWaiting\u001b[39m");
  });

  test.each([
    ["of no request", `pec-${"0".repeat(32)}`, 1, /^There is no such request\..*\(notFound\)\n$/],
    [
      "that begins no request's",
      "pec-00000000",
      1,
      /^No request has an id that begins with pec-00000000\.\n$/,
    ],
    ["that is none", "pe-pair", 2, /^A request's id is pec- and 32 hexadecimal digits/],
  ])("an id %s is no request", async (_which, id, code, err) => {
    expect(await as("ana", ["show", id])).toMatchObject({ code, out: "", err: expect.stringMatching(err) });
  });
});

describe("approve", () => {
  test("shows it first, and sends nothing without a y", async () => {
    const ended = await as("ana", ["approve", idOf(PAIR)], ["n"]);

    expect(ended).toMatchObject({
      code: 1,
      err: "Nothing was sent.\n",
      questions: ["\nApprove pe-pair → aks-prod? [y/N] "],
    });
    expect(ended.out).toContain("What an answer does");
    expect((await as("ana", ["show", idOf(PAIR), "--json"])).out).not.toContain('"reviewed"');
  });

  test("where nobody can say y, it wants --yes", async () => {
    expect(await as("ana", ["approve", idOf(PAIR)])).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/^Nobody is here to say y\. .* add --yes\.\n/),
    });
  });

  test("as one of two it counts, and others are waited for", async () => {
    const ended = await as("ana", ["approve", idOf(PAIR), "--reason", "known team"], ["y"]);

    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(lines(ended).at(-1)).toMatch(/^It waits for 1 of platform\./);
  });

  test("a second time it is as good as the first", async () => {
    expect(await as("ana", ["approve", idOf(PAIR), "--yes"])).toMatchObject({ code: 0, err: "" });
  });

  test("what completes the quorum is decided, and without waiting it says so", async () => {
    const ended = await as("bo", ["approve", idOf(PAIR), "--yes", "--no-wait", "--json"]);

    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({
      request: { id: idOf(PAIR), state: "applying", decision: { decision: "approve" } },
      status: { word: "Applying" },
    });
  });

  test("it waits for Azure with progress, and a decision that Azure does not answer is recorded all the same", async () => {
    const ended = await as("ana", ["approve", idOf(ALONE), "--yes"]);

    expect(ended.code).toBe(3);
    expect(ended.err.split("\n")).toEqual([
      'It was decided to approve, by "Ana" (00000000…). The app looks once more, then writes Approved to Azure.',
      `The decision is recorded, and Azure has not answered yet. The app goes on by itself; to look again: npm run approvals -- show ${idOf(ALONE)}`,
      "",
    ]);
    expect(lines(ended).at(-1)).toMatch(/^It was decided to approve/);
  });

  test("says why, where the policy demands that", async () => {
    expect(await as("ana", ["approve", idOf(REASONED), "--yes"])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Say why with --reason/),
    });
    expect(await as("ana", ["approve", idOf(REASONED), "--yes", "--reason", "INC1234567"])).toMatchObject({
      code: 0,
    });
  });

  test.each([
    ["who may only read", "cy", HALF, "This needs the app role Approver.\nIt waits for 2 of platform."],
    ["who comes too late", "ana", DONE, "It was decided already: approve, by rule payments"],
  ])("is refused to somebody %s, in the words of the API", async (_who, person, trail, words) => {
    const ended = await as(person, ["approve", idOf(trail), "--yes"]);

    expect(ended).toMatchObject({ code: 1, out: "", err: expect.stringContaining(words) });
  });
});

describe("reject", () => {
  test("wants a reason that says something", async () => {
    for (const reason of [[], ["--reason", " "], ["--reason", "\u200b"]])
      expect(await as("ana", ["reject", idOf(UNWANTED), "--yes", ...reason])).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^Say why with --reason: a rejection is for good\.\n/),
      });
  });

  test("asks whether that is meant for good, and decides", async () => {
    const ended = await as(
      "ana",
      ["reject", idOf(UNWANTED), "--reason", "not from here", "--no-wait"],
      ["y"],
    );

    expect(ended).toMatchObject({ code: 0, questions: ["\nReject pe-unwanted → aks-prod for good? [y/N] "] });
    expect(lines(ended).at(-1)).toMatch(/^It was decided to reject, by "Ana"/);
  });

  test("a decision that Azure does not answer is recorded all the same", async () => {
    expect(await as("ana", ["reject", idOf(SLOW), "--reason", "not from here", "--yes"])).toMatchObject({
      code: 3,
      err: expect.stringContaining("The decision is recorded, and Azure has not answered yet."),
    });
  });
});

describe("withdraw, retry and reopen", () => {
  test("a review is taken back while nothing is decided, and only one's own", async () => {
    expect(await as("bo", ["withdraw", idOf(HALF)])).toMatchObject({ code: 0, err: "" });
    expect(await as("bo", ["withdraw", idOf(HALF)])).toMatchObject({ code: 1 });
  });

  test("what expired is asked again, and what failed is tried again", async () => {
    const reopened = await as("ana", ["reopen", idOf(EXPIRED), "--no-wait"]);
    const retried = await as("ana", ["retry", idOf(FAILED), "--no-wait"]);

    expect([reopened, retried].map(({ code, out }) => [code, out])).toEqual([
      [0, "The app looks the connection up and asks the policy. That takes some seconds.\n"],
      [0, "The app looks the connection up and asks the policy. That takes some seconds.\n"],
    ]);
    expect(await as("ana", ["retry", idOf(DONE)])).toMatchObject({ code: 1, out: "" });
  });

  test("what is not assessed again within minutes is taken up all the same", async () => {
    expect(await as("ana", ["retry", idOf(STUCK)])).toMatchObject({
      code: 3,
      err: expect.stringContaining("It is recorded, and the app has not assessed it yet."),
    });
  });
});

describe("audit", () => {
  test("shows what happened, filtered, in columns", async () => {
    const ended = await as("ana", ["audit", "--kind", "verified", "--endpoint", "pe-done"]);

    expect(ended).toMatchObject({ code: 0, err: "" });
    const [headings = "", row = "", ...more] = lines(ended);
    expect(headings).toMatch(/^TIME +ID +KIND +WHO +WHAT$/);
    expect(row.split(/ {2,}/).slice(1)).toEqual([idOf(DONE).slice(0, 12), "verified", "the app", "Shown."]);
    expect(more).toEqual([]);
  });

  test("what the app cannot understand is said in its words", async () => {
    expect(await as("ana", ["audit", "--kind", "nonsense"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("must be a kind of record"),
    });
  });
});

describe("open", () => {
  test("prints the address, and shows it in a browser", async () => {
    const address = `${host.url}/inbox/#/requests/${idOf(DONE)}`;

    expect(await as("nobody", ["open", idOf(DONE)])).toMatchObject({
      code: 0,
      out: `${address}\n`,
      browsed: [address],
    });
    expect((await as("nobody", ["open"])).out).toBe(`${host.url}/inbox/\n`);
  });
});

describe("link", () => {
  test("prints a link, and until when it is good, so that the link alone can be piped", async () => {
    const ended = await as("cy", ["link", idOf(HALF).slice(0, 12), "--for", "2h"]);

    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(
      new RegExp(
        `^http://127\\.0\\.0\\.1:7071/link/#/requests/${idOf(HALF)}/[\\w-]+\\.[\\w-]+\\.[\\w-]+\\n$`,
      ),
    );
    expect(ended.err).toMatch(/^It is good until .*, or until something else is asked\. Whoever has it sees/);
  });

  test("as JSON it says the same", async () => {
    const { code, out, err } = await as("cy", ["link", idOf(HALF), "--for", "30m", "--json"]);

    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { expiresAt } = JSON.parse(out) as { expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - HOUR / 2)).toBeLessThan(60_000);
  });

  test.each(["0h", "4d", "2w", "h", "-1h", "1.5h"])("for %s makes no sense", async (span) => {
    expect(await as("cy", ["link", idOf(HALF), `--for=${span}`])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^--for must be like 30m, 2h or 3d, and three days at most; not /),
    });
  });

  test("to what is not asked there is none", async () => {
    expect(await as("cy", ["link", idOf(DONE)])).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("(notWaiting)"),
    });
  });
});

describe("notify-test", () => {
  test("tries the channels that there are, and says of each what came of it", async () => {
    const ended = await as("ana", ["notify-test"]);

    expect(ended).toMatchObject({ code: 0, err: "" });
    const [first = "", headings = "", ...rows] = lines(ended);
    expect(first).toMatch(/^The test is called test-[0-9a-f-]{36}\.$/);
    expect(headings).toMatch(/^CHANNEL +RESULT +WHAT$/);
    expect(rows).toEqual([
      expect.stringMatching(/^log +accepted +Look for test-[0-9a-f-]{36} in the app's log; /),
    ]);
  });

  test("as JSON it is as the API says it, of those that are asked for", async () => {
    const { code, out } = await as("ana", ["notify-test", "log", "--json"]);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ channels: [{ channel: "log", result: "accepted" }] });
  });

  test("one that there is not is none, and the sentence says which there are", async () => {
    const { code, out, err } = await as("ana", ["notify-test", "teams"]);

    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("there are log.");
  });

  test("is for approvers: whoever may only read disturbs nobody", async () => {
    expect(await as("cy", ["notify-test"])).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/\(wrongRole\)\n$/),
    });
  });

  test("who had it sent is kept, before anything is sent", async () => {
    await as("ana", ["notify-test", "log"]);

    const response = await fetch(`${host.url}/api/audit/accesses?limit=1`, {
      headers: { authorization: "Bearer ana" },
    });

    expect(await response.json()).toMatchObject({
      accesses: [{ person: { name: "Ana" }, operation: "tryChannels", query: { channels: "log" }, count: 1 }],
    });
  });

  test("more than ten within ten minutes are refused, which disturbs nobody, with when to come back", async () => {
    const ended: Ended[] = [];
    for (let count = 0; count < 11; count += 1) ended.push(await as("ana", ["notify-test", "log"]));

    const last = ended.at(-1);
    expect(last).toMatchObject({ code: 1, out: "" });
    expect(last?.err).toMatch(
      /\(tooMany\)\nTen tests within ten minutes are enough\. Try again in \d+ s\.\n$/,
    );
  });
});

describe("whoever is not signed in, and wherever nothing answers", () => {
  test("hears what to do, by the code of the refusal", async () => {
    expect(await as("x.y.z", ["list"])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^(?:Sign in|Your sign-in is over).*\((?:noToken|notSignedIn)\)\n$/),
    });
  });

  test("nothing answers", async () => {
    const ended = await typed(["list", "--url", "http://127.0.0.1:1"], { env: { APPROVALS_TOKEN: "ana" } });

    expect(ended).toMatchObject({
      code: 2,
      err: "Nothing answers at http://127.0.0.1:1. Compare the address, and look whether the app runs.\n",
    });
  });

  test.each(["http://approvals.example", "ftp://approvals.example", "approvals"])(
    "no token goes to %s",
    async (url) => {
      expect(await typed(["list", "--url", url], { env: { APPROVALS_TOKEN: "ana" } })).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^--url must be an https address/),
      });
    },
  );
});

test.each(["list", "show", "approve", "reject", "withdraw", "retry", "reopen", "audit", "open"])(
  "%s --help says how it is used",
  async (verb) => {
    expect(await typed([verb, "--help"])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Usage: npm run approvals -- ${verb}`),
    });
  },
);

describe("where the line breaks", () => {
  /** The app behind a line that breaks when a review arrives, when it was taken, or afterwards, as the token may. */
  async function behind(breaksAt: "arrival" | "reply" | "nextLook" | "token"): Promise<string> {
    let isSent = false;
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const isReview = request.method === "POST";
      const isBroken = isReview ? breaksAt === "arrival" : isSent && breaksAt === "nextLook";
      const isOver = isSent && breaksAt === "token";
      isSent ||= isReview;
      if (isOver) return response.writeHead(401).end('{"code": "tokenExpired"}');
      if (isBroken) return request.socket.destroy();
      const { method = "GET", headers } = request;
      const init = {
        method,
        headers: { authorization: headers.authorization ?? "", "content-type": "application/json" },
      };
      const answer = await fetch(`${host.url}${request.url}`, isReview ? { ...init, body } : init);
      if (isReview && breaksAt === "reply") return request.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json" });
      return response.end(await answer.text());
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const approve = (url: string, trail: Change, ...more: readonly string[]) =>
    typed(["approve", idOf(trail), "--yes", "--url", url, ...more], { env: { APPROVALS_TOKEN: "ana" } });

  test("a review that counts, and whose reply is lost, is no failure", async () => {
    expect(await approve(await behind("reply"), LOST, "--no-wait")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/\nIt waits for 1 of platform\..*\n$/),
    });
  });

  test("one that never arrived is", async () => {
    expect(await approve(await behind("arrival"), UNSENT, "--no-wait")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Nothing answers at /),
    });
  });

  test.each([
    ["nextLook", UNSEEN, /\nHow it stands now cannot be seen\. Nothing answers at .*\n$/],
    ["token", OVER, /\nHow it stands now cannot be seen\. .*\(tokenExpired\)\n$/],
  ] as const)(
    "a decision is recorded, though nobody can look what became of it: %s",
    async (breaksAt, trail, err) => {
      const ended = await approve(await behind(breaksAt), trail);

      expect(ended).toMatchObject({ code: 3, err: expect.stringContaining("The decision is recorded") });
      expect(ended.err).toMatch(err);
    },
  );
});

describe("as a process of its own", () => {
  test("it ends with the code, and writes no ink where nobody sits", async () => {
    const args = ["show", idOf(DONE), "--url", host.url];

    const { code, out } = await approvalsProcess(args, { APPROVALS_TOKEN: "ana", TERM: "xterm-256color" });

    expect(code).toBe(0);
    expect(out).toMatch(/^pe-done → aks-prod {2}Approved {2}pec-/);
    expect(out).not.toContain("\u001b");
  });

  test("a y that nobody typed approves nothing", async () => {
    const args = ["approve", idOf(HALF), "--url", host.url];

    expect(await approvalsProcess(args, { APPROVALS_TOKEN: "ana" })).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("add --yes"),
    });
  });
});
