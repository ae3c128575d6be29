import { createServer, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { requestSummary } from "../../../shared/search/summaries.ts";
import { UNPRINTABLE } from "../../../shared/text.ts";
import { aRequest } from "../../fixtures/builders.ts";
import { typed } from "./terminal.ts";

/** What answers where somebody took the app to be. */
async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
}

const list = (url: string, ...more: readonly string[]) =>
  typed(["list", "--url", url, ...more], { env: { APPROVALS_TOKEN: "a.b.c" } });

const OBEYED = new RegExp(UNPRINTABLE.source, "u");

test("nothing in JSON is obeyed by a terminal, and the value is as it was", async () => {
  const requestMessage = "\u009b2Jpay\u202e\u2028\u{e0041}\u007f\n";
  const requests = [{ ...requestSummary(aRequest({})), requestMessage }];
  const url = await answering((_request, response) =>
    response.end(JSON.stringify({ requests, nextCursor: null })),
  );

  const { out } = await list(url, "--json");

  expect(JSON.parse(out)).toMatchObject({ requests: [{ requestMessage }] });
  expect(out.replaceAll("\n", "")).not.toMatch(OBEYED);
});

test("an answer without an end is broken off", async () => {
  const part = Buffer.alloc(1_024 * 1_024, " ");
  const url = await answering((_request, response) => {
    const go = (): void => {
      while (!response.destroyed && response.write(part));
    };
    response.on("drain", go);
    go();
  });

  expect(await list(url)).toMatchObject({ code: 2, err: expect.stringMatching(/^Nothing answers at /) });
});

test("nothing is sent where an answer leads elsewhere", async () => {
  let isReached = false;
  const other = await answering((_request, response) => {
    isReached = true;
    response.end("{}");
  });
  const url = await answering((_request, response) => response.writeHead(307, { location: other }).end());

  expect(await list(url)).toMatchObject({ code: 2 });
  expect(isReached).toBe(false);
});

test.each<[string, string, number]>([
  ["refused", "\u001b[2J\u202ewhat a channel said", 1],
  ["unknown", "Look there.", 0],
])(
  "a channel that is %s ends with its own code, and nothing of it is obeyed",
  async (result, sentence, code) => {
    const url = await answering((_request, response) =>
      response.end(
        JSON.stringify({ id: "test-1\u009b", channels: [{ channel: "x\u0007", result, sentence }] }),
      ),
    );

    const ended = await typed(["notify-test", "--url", url], { env: { APPROVALS_TOKEN: "a.b.c" } });

    expect(ended.code).toBe(code);
    expect(ended.out.replaceAll("\n", "")).not.toMatch(OBEYED);
  },
);

test("a link that an app makes is shown, and nothing in it is obeyed", async () => {
  const request = `pec-${"1".repeat(32)}`;
  const made = {
    id: "x",
    link: "https://x/\u001b[2J\u202e",
    request,
    asked: 1,
    expiresAt: "2026-03-02T09:00:00.000Z",
  };
  const url = await answering((_request, response) => response.end(JSON.stringify(made)));

  const { code, out } = await typed(["link", request, "--url", url], { env: { APPROVALS_TOKEN: "a.b.c" } });

  expect({ code, out }).toEqual({ code: 0, out: "https://x/<U+001B>[2J<U+202E>\n" });
});
