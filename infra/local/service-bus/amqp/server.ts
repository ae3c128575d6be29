import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import rhea, { type Connection, type Container, type EventContext } from "rhea";
import { LOOPBACK } from "../../kit/listen.ts";
import { MAX_MESSAGE_BYTES } from "../constants.ts";
import { type OutgoingLink, receiveRawBytes } from "../rhea.ts";
import { type Claims, createClaims } from "./claims.ts";
import { type LinkNeeds, openReceiver, openSender } from "./links.ts";

const OPTIONS = {
  host: LOOPBACK,
  idle_time_out: 60_000,
  max_frame_size: 64 * 1024,
  // Without it a small answer may wait 40 ms for the client's delayed TCP ACK. rhea passes it on to node:net.
  noDelay: true,
  receiver_options: { autoaccept: false, credit_window: 2000, max_message_size: MAX_MESSAGE_BYTES },
  // rhea would otherwise report `modified` a second time, as `released`.
  treat_modified_as_released: false,
};

/** A broker's listening side. */
export interface AmqpServer {
  readonly port: number;
  /** Cuts every connection, as a broker that stops does. */
  close(): Promise<void>;
}

/** Speaks AMQP 1.0 on loopback to clients that sign with `key`. Rejects when the port is taken. */
export async function listenAmqp(
  port: number,
  key: string,
  nowMs: () => number,
  needs: LinkNeeds,
): Promise<AmqpServer> {
  const container = rhea.create_container({ id: "service-bus" });
  container.sasl_server_mechanisms.enable_anonymous();
  routeLinks(container, () => createClaims(key, nowMs), needs);
  for (const event of ["error", "protocol_error"]) container.on(event, needs.failed);
  container.on("connection_error", ({ error }: EventContext) => needs.failed(error));
  // A lost connection is no news: its locks expire, its consumers are forgotten at the next hand-out.
  container.on("disconnected", () => undefined);
  const options = { ...OPTIONS, port };
  return serve(container.listen(options));
}

function routeLinks(container: Container, newClaims: () => Claims, needs: LinkNeeds): void {
  const known = new WeakMap<Connection, Claims>();
  const claimsOf = (connection: Connection): Claims => {
    const claims = known.get(connection) ?? newClaims();
    known.set(connection, claims);
    return claims;
  };
  container.on("session_open", ({ session }: EventContext) => receiveRawBytes(session));
  container.on("receiver_open", ({ receiver, connection }: EventContext) => {
    if (receiver) openReceiver(receiver, claimsOf(connection), needs);
  });
  container.on("sender_open", ({ sender, connection }: EventContext) => {
    if (sender) openSender(sender as OutgoingLink, claimsOf(connection), needs);
  });
}

async function serve(server: Server): Promise<AmqpServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    writeOncePerTick(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      // With an error, because that is what makes rhea clear the timers of the connection.
      for (const socket of sockets) socket.destroy(new Error("The broker has stopped."));
      await closed;
    },
  };
}

/** rhea writes frame by frame; all frames of one tick leave as one piece, in one system call. */
function writeOncePerTick(socket: Socket): void {
  const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
  const end = socket.end.bind(socket) as () => Socket;
  let frames: Buffer[] = [];
  const flush = () => {
    if (frames.length > 0 && !socket.destroyed) write(Buffer.concat(frames));
    frames = [];
  };
  socket.write = (frame: unknown) => {
    if (frames.length === 0) process.nextTick(flush);
    frames.push(frame as Buffer);
    // What a socket says of its buffer; rhea does not ask, it goes by the credit of links.
    return true;
  };
  socket.end = () => {
    flush();
    return end();
  };
}
