import type { Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";

/** Every stand-in listens here and nowhere else: they trust whoever can reach them. */
export const LOOPBACK = "127.0.0.1";

/** Longer than any client of ours keeps an idle socket, so that no request meets a closing one. */
export const KEEP_ALIVE_MS = 120_000;

/** Listens on loopback and resolves to the port; 0 asks for any free one. Rejects when the port is taken. */
export function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Cuts every connection and takes no new ones. Resolves when the server is closed; rejects when it was not open. */
export function closeAtOnce(server: Pick<HttpServer, "close" | "closeAllConnections">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
