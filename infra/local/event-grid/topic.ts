import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import * as z from "zod";
import { CloudEvent } from "../kit/cloud-event.ts";
import { closeAtOnce, KEEP_ALIVE_MS, listenOnLoopback } from "../kit/listen.ts";
import { readBody } from "../kit/read-body.ts";
import { type Publishers, publisherCheck } from "./publisher.ts";

/** Events that come together may be so large, each of them too. @see https://learn.microsoft.com/azure/event-grid/quotas-limits */
const MAX_BYTES = 1024 * 1024;
const PATH = "/api/events";
const API_VERSION = "2018-01-01";

export type PublishedEvent = z.infer<typeof CloudEvent>;

/** One event or many, by the content type. */
const BODIES: Readonly<Record<string, z.ZodType<PublishedEvent[]>>> = {
  "application/cloudevents+json": CloudEvent.transform((event) => [event]),
  "application/cloudevents-batch+json": z.array(CloudEvent).min(1),
};

/** How a topic is set up. */
export interface TopicOptions {
  /** 0 asks for any free one. */
  readonly port: number;
  /** Certificate and key, PEM; absent: plain http. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly publishers: Publishers;
}

/** A running custom topic, whose input schema is that of CloudEvents. */
export interface Topic {
  /** What publishers are told: `https://<topic>.<region>-1.eventgrid.azure.net/api/events` in Azure. */
  readonly endpoint: string;
  /** Everything that it took, in order. */
  readonly events: readonly PublishedEvent[];
  /** The next calls are answered with these statuses instead, in this order. */
  fail(...statuses: readonly number[]): void;
  close(): Promise<void>;
}

type Answer = { readonly status: number; readonly code?: string; readonly message?: string };

/** Starts a custom topic that keeps what is published to it. Nobody subscribes to it. */
export async function startTopic({ port: wanted, tls, publishers }: TopicOptions): Promise<Topic> {
  const events: PublishedEvent[] = [];
  const troubles: number[] = [];
  const refusalOf = publisherCheck(publishers);

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request, MAX_BYTES);
    const trouble = troubles.shift();
    if (trouble !== undefined) return refused(trouble, "Trouble", "This was asked for.");
    const { pathname, searchParams } = new URL(request.url ?? "", "http://topic");
    if (pathname !== PATH || request.method !== "POST")
      return refused(404, "NotFound", "There is nothing here.");
    if (searchParams.get("api-version") !== API_VERSION)
      return refused(400, "BadRequest", `The api-version must be ${API_VERSION}.`);
    const refusal = await refusalOf(request.headers);
    if (refusal !== null) return refused(401, "Unauthorized", refusal);
    if (body === undefined) return refused(413, "RequestEntityTooLarge", "Events are at most 1 MB together.");
    const taken = read(request.headers["content-type"], body);
    if (typeof taken === "string") return refused(400, "BadRequest", taken);
    events.push(...taken);
    return { status: 200 };
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answerTo(request).then(
      (answer) => reply(response, answer),
      // The publisher is gone.
      () => response.destroy(),
    );
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listenOnLoopback(server, wanted);
  return {
    endpoint: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}${PATH}`,
    events,
    fail: (...statuses) => void troubles.push(...statuses),
    close: () => closeAtOnce(server),
  };
}

const refused = (status: number, code: string, message: string): Answer => ({ status, code, message });

/** The events, or what is wrong with them. */
function read(contentType: string | undefined, body: Buffer): PublishedEvent[] | string {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const schema = BODIES[type];
  if (schema === undefined)
    return `The topic takes CloudEvents: the content type must be one of ${Object.keys(BODIES).join(", ")}.`;
  try {
    const parsed = schema.safeParse(JSON.parse(body.toString("utf8")));
    return parsed.success ? parsed.data : z.prettifyError(parsed.error);
  } catch (error) {
    if (error instanceof SyntaxError) return "The body is no JSON.";
    throw error;
  }
}

function reply(response: ServerResponse, { status, code, message }: Answer): void {
  if (code === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { code, message } }));
}
