import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { listenOnLoopback } from "../kit/listen.ts";

/**
 * Free ports are looked for below the range that operating systems take outgoing connections' ports from. From inside
 * it, a client that keeps knocking while a stand-in restarts can be given the stand-in's own port and hold it.
 * @see https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html ip_local_port_range
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** Whether a server could listen on this loopback port now. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenOnLoopback(server, port);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return false;
    throw error;
  } finally {
    server.close();
  }
}

/** The preferred port if it is free, otherwise any free one; never one of `taken`. */
export async function freePort(preferred: number | undefined, taken: readonly number[]): Promise<number> {
  const candidates = [preferred ?? randomPort(), ...Array.from({ length: TRIES }, randomPort)];
  for (const port of candidates) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST}.`);
}

/** A port that may be taken. */
export const randomPort = (): number => randomInt(LOWEST, HIGHEST);
