import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Azurite } from "../../../fixtures/azurite.ts";

/** What was asked of a table: the operations within a transaction one by one. */
export interface Operation {
  readonly method: string;
  readonly table: string;
}

/** What goes wrong with a call. */
export type Trouble =
  /** It is done, and its answer gets lost. */
  | "lost answer"
  /** It is not done, and nobody says so. */
  | "reset"
  /** It is not done, and there is never an answer. */
  | "silence"
  /** It is refused with this status. */
  | 403
  | 429
  | 500
  | 503;

type Rule = (operations: readonly Operation[], number: number) => Trouble | null;

type Pause = (number: number) => Promise<unknown>;

/** Stands between the SDK and Azurite, keeps what was asked, and makes trouble. */
export class TroubledWay {
  readonly connectionString: string;
  readonly calls: (readonly Operation[])[] = [];
  #rule: Rule = () => null;
  #pause: Pause = async () => undefined;

  constructor(connectionString: string) {
    this.connectionString = connectionString;
  }

  get operations(): readonly Operation[] {
    return this.calls.flat();
  }

  /** From now on this goes wrong; `number` counts the calls from here, from 0 on. */
  goesWrong(rule: Rule): void {
    const before = this.calls.length;
    this.#rule = (operations) => rule(operations, this.calls.length - before - 1);
  }

  /** From now on calls, counted from here, are passed on after this. */
  standsStill(pause: Pause): void {
    const before = this.calls.length;
    this.#pause = (number) => pause(number - before);
  }

  passedOn(): Promise<unknown> {
    return this.#pause(this.calls.length - 1);
  }

  troubleOf(operations: readonly Operation[]): Trouble | null {
    this.calls.push(operations);
    return this.#rule(operations, this.calls.length - 1);
  }
}

/** Ends with the test. */
export async function aTroubledWay({ connectionString, tableEndpoint }: Azurite): Promise<TroubledWay> {
  const { origin, port: to } = new URL(tableEndpoint);
  const server = createServer((incoming, response) => void serve(incoming, response));
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await Array.fromAsync(incoming));
    const trouble = way.troubleOf(operationsIn(incoming, body));
    await way.passedOn();
    if (trouble === "silence") return;
    if (trouble === "reset") incoming.socket.destroy();
    else if (typeof trouble === "number") response.writeHead(trouble).end();
    else await forward(incoming, response, { body, isAnswerLost: trouble === "lost answer" });
  };
  const forward = async (
    incoming: IncomingMessage,
    response: ServerResponse,
    { body, isAnswerLost }: { body: Buffer; isAnswerLost: boolean },
  ) => {
    const { method, url, headers } = incoming;
    const forwarded = request({ host: "127.0.0.1", port: to, method, path: url, headers });
    forwarded.end(body);
    const [answer]: IncomingMessage[] = await once(forwarded, "response");
    if (answer === undefined) return;
    const said = Buffer.concat(await Array.fromAsync(answer));
    if (isAnswerLost) incoming.socket.destroy();
    else response.writeHead(answer.statusCode ?? 500, answer.headers).end(said);
  };
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const way = new TroubledWay(connectionString.replaceAll(origin, here));
  return way;
}

const ACCOUNT_AND_TABLE = /^\/[^/]+\/([^/(?]+)/;

function operationsIn({ method = "", url = "" }: IncomingMessage, body: Buffer): Operation[] {
  if (!url.includes("$batch")) return [{ method, table: ACCOUNT_AND_TABLE.exec(url)?.[1] ?? "" }];
  const inner = body.toString("latin1").matchAll(/^(GET|POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/gm);
  return [...inner].map(([, verb = "", at = ""]) => ({
    method: verb,
    table: ACCOUNT_AND_TABLE.exec(new URL(at).pathname)?.[1] ?? "",
  }));
}
