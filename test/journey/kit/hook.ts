import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll } from "vitest";
import * as z from "zod";
import { closeAtOnce, LOOPBACK } from "../../../infra/local/kit/listen.ts";
import { freePort } from "../../../infra/local/supervisor/ports.ts";

const Event = z.object({ id: z.string(), type: z.string(), subject: z.string(), data: z.looseObject({}) });
export type Event = z.infer<typeof Event>;

/** A webhook's key, as both sides have it. */
export const newKey = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** Another system, to which the app's webhook `name` leads. It is there from before the first test until after the last one. */
export interface Hook {
  /** What the app must be told of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Everything that came, in its order; what was not signed by the key is not among it. */
  readonly heard: readonly Event[];
  /** The same as they came. */
  readonly bodies: readonly string[];
  /** Does something whenever it hears of something new, before it answers. */
  whenever(work: (event: Event) => Promise<void>): void;
}

/** Starts to listen on a port that the settings name before anything listens there. */
export async function aHook(name: string): Promise<Hook> {
  const port = await freePort(undefined, []);
  const key = newKey();
  const [heard, bodies]: [Event[], string[]] = [[], []];
  let work: (event: Event) => Promise<void> = async () => undefined;
  const server: Server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": said = "" } = request.headers;
    const signature = createHmac("sha256", Buffer.from(key.slice(6), "base64"))
      .update(`${id}.${at}.${body}`)
      .digest("base64");
    if (!String(said).split(" ").includes(`v1,${signature}`)) return void response.writeHead(401).end();
    const event = Event.parse(JSON.parse(body.toString()));
    const isNew = heard.every((one) => one.id !== event.id);
    heard.push(event);
    bodies.push(body.toString());
    if (isNew) await work(event);
    response.writeHead(204).end();
  });
  beforeAll(() => new Promise<void>((done) => void server.listen(port, LOOPBACK, done)));
  afterAll(() => closeAtOnce(server));
  const setting = name.toUpperCase();
  return {
    settings: {
      WEBHOOK_PRIVATE: "on",
      [`WEBHOOK_URL_${setting}`]: `http://${LOOPBACK}:${port}/`,
      [`WEBHOOK_KEYS_${setting}`]: key,
    },
    heard,
    bodies,
    whenever: (next) => {
      work = next;
    },
  };
}

/** An integration's review, signed by its key. */
export function signedReview(key: string, review: Readonly<Record<string, unknown>>): RequestInit {
  const body = JSON.stringify(review);
  const [id, at] = [randomUUID(), Math.floor(Date.now() / 1_000)];
  const signature = createHmac("sha256", Buffer.from(key.slice(6), "base64"))
    .update(`${id}.${at}.${body}`)
    .digest("base64");
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(at),
    "webhook-signature": `v1,${signature}`,
  };
  return { method: "POST", headers, body };
}
