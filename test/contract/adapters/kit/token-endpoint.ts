import { createServer } from "node:http";
import { afterAll, beforeEach } from "vitest";
import { listenOnLoopback } from "../../../../infra/local/kit/listen.ts";

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Where the platform gives tokens away. */
interface TokenEndpoint {
  readonly url: string;
  /** From now on it answers this; "nothing" leaves requests unanswered, "reset" hangs up. */
  answers(answer: Answer | "nothing" | "reset"): void;
  /** Requests in this test. */
  asked(): number;
  /** Nobody listens any more. */
  close(): Promise<void>;
}

/** One for a whole test file: `@azure/identity` decides once per process where tokens come from. */
export async function aTokenEndpoint(): Promise<TokenEndpoint> {
  let next: Answer | "nothing" | "reset" = "nothing";
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (next === "nothing") return;
    if (next === "reset") return void request.socket.destroy();
    const { status, body = {} } = next;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const port = await listenOnLoopback(server, 0);
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  beforeEach(() => {
    asked = 0;
  });
  afterAll(close);
  return {
    url: `http://127.0.0.1:${port}`,
    answers: (answer) => {
      next = answer;
    },
    asked: () => asked,
    close,
  };
}
