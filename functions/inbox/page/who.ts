import type { Me } from "./api.ts";
import type { Client } from "./client.ts";
import { isPassing, type Reply } from "./reply.ts";

/** Between two questions while nobody says who it is. */
export const AGAIN_MS = 5_000;

/** Asks who is signed in, again and again until somebody says so or will not; each answer is told. @returns what ends it */
export function askWho(client: Pick<Client, "get">, tell: (reply: Reply<Me>) => void): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    const reply = await client.get<Me>("/api/me");
    if (isOver) return;
    tell(reply);
    if (!reply.ok && isPassing(reply.refusal)) timer = setTimeout(() => void ask(), AGAIN_MS);
  };
  void ask();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
