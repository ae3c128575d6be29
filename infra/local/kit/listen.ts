import type { AddressInfo, Server } from "node:net";

/** Every stand-in listens here and nowhere else: they trust whoever can reach them. */
export const LOOPBACK = "127.0.0.1";

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
