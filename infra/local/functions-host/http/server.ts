import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { listenOnLoopback } from "../../kit/listen.ts";
import { asError, describeError, StartError } from "../errors.ts";
import type { HostLog } from "../log.ts";
import { BadRequest, callOf, type HttpReply, type HttpSurface } from "./call.ts";

/** A listener on loopback. It answers 503 until it is told what to serve, as a host that is still starting does. */
export class HttpServer {
  readonly #server: Server;
  readonly #log: HostLog;
  #surfaces: readonly HttpSurface[] | undefined;

  private constructor(log: HostLog) {
    this.#log = log;
    // Kestrel keeps idle connections for 130 s, and takes 32 KB of headers.
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveTimeout: 130_000, maxHeaderSize: 32_768 },
      (request, response) => {
        this.#answer(request, response).catch((error) => this.#failed(asError(error), response));
      },
    );
  }

  /** Throws a StartError when the port is taken; 0 asks for any free one. */
  static async open(port: number, log: HostLog): Promise<{ server: HttpServer; port: number }> {
    const server = new HttpServer(log);
    try {
      return { server, port: await listenOnLoopback(server.#server, port) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      throw new StartError(`Port ${port} is in use. Choose another one with --port.`, { cause: error });
    }
  }

  serve(surfaces: readonly HttpSurface[]): void {
    this.#surfaces = surfaces;
  }

  /** Takes no new connections and lets what runs finish. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const surfaces = this.#surfaces;
    if (surfaces === undefined) return this.#send(STARTING, response);
    const call = callOf(request);
    const surface = surfaces.find((candidate) => candidate.serves(call.path));
    await this.#send(surface === undefined ? { status: 404 } : await surface.answer(call), response);
    if (!request.complete) leaveUnread(request);
  }

  /** Writing to a client that has left is harmless: Node drops it. */
  async #send({ status, headers = [], body = "" }: HttpReply, response: ServerResponse): Promise<void> {
    response.statusCode = status;
    // Node would write the machine's time, also where the clock is virtual.
    response.setHeader("date", new Date().toUTCString());
    for (const [name, value] of headers) response.appendHeader(name, value);
    // A connection that stays open would hold up close().
    if (!this.#server.listening) response.shouldKeepAlive = false;
    if (status === 204 || status === 304) {
      response.end();
      return;
    }
    if (body instanceof Readable) {
      response.flushHeaders();
      await pipeline(body, response);
      return;
    }
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    response.setHeader("content-length", bytes.byteLength);
    response.end(bytes);
  }

  #failed(error: Error, response: ServerResponse): void {
    if (response.socket?.destroyed !== false) {
      this.#log("debug", `The client left: ${error.message}`);
    } else if (error instanceof BadRequest) {
      // What is left of the body is not worth reading.
      response.shouldKeepAlive = false;
      void this.#send({ status: error.status, body: error.message }, response);
    } else {
      this.#log("error", `A request failed: ${describeError(error)}`);
      if (response.headersSent) response.destroy();
      else void this.#send({ status: 500 }, response);
    }
  }
}

/**
 * What nobody read of a body is read away for a while, so that the client gets to read the answer; then the line is cut.
 * @see aspnetcore, Http1MessageBody (RequestBodyDrainTimeout)
 */
function leaveUnread(request: IncomingMessage): void {
  const cut = setTimeout(() => request.destroy(), DRAIN_MS);
  request.on("close", () => clearTimeout(cut)).resume();
}

const DRAIN_MS = 5_000;

const STARTING: HttpReply = {
  status: 503,
  headers: [["retry-after", "1"]],
  body: "Function host is not running.",
};
