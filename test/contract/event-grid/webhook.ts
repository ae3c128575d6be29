import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import "../patience.ts";

/** One delivery as the endpoint saw it. */
interface Received {
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire says
  body: any;
}

/** An endpoint that answers both handshakes and keeps what it is sent. */
export interface Webhook {
  url: string;
  handshakes: string[];
  received: Received[];
  /** Statuses for the next deliveries; 200 when there is none. */
  answers: (number | "cut")[];
  /** False refuses the handshake. */
  willing: boolean;
  up(): Promise<void>;
  down(): Promise<void>;
}

/** An endpoint on loopback, up, of this test's own. */
export async function aWebhook(): Promise<Webhook> {
  let server: Server | undefined;
  let port = 0;
  const webhook: Webhook = {
    get url() {
      return `http://127.0.0.1:${port}/runtime/webhooks/eventgrid?functionName=intake`;
    },
    handshakes: [],
    received: [],
    answers: [],
    willing: true,
    async up() {
      server = createServer(async (request, response) => {
        const body = await text(request);
        const origin = request.headers["webhook-request-origin"];
        const validation = request.headers["aeg-event-type"] === "SubscriptionValidation";
        if (origin || validation) {
          webhook.handshakes.push(origin ? "OPTIONS" : "SubscriptionValidation");
          if (!webhook.willing) response.writeHead(404).end();
          else if (origin) response.writeHead(200, { "webhook-allowed-origin": origin }).end();
          else response.end(JSON.stringify({ validationResponse: JSON.parse(body)[0].data.validationCode }));
          return;
        }
        webhook.received.push({ headers: request.headers, body: JSON.parse(body) });
        const answer = webhook.answers.shift() ?? 200;
        if (answer === "cut") request.socket.destroy();
        else response.writeHead(answer).end();
      });
      await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
      port = (server.address() as AddressInfo).port;
    },
    async down() {
      const closed = new Promise<void>((resolve) => server?.close(() => resolve()));
      server?.closeAllConnections();
      await closed;
    },
  };
  await webhook.up();
  onTestFinished(() => webhook.down());
  return webhook;
}
