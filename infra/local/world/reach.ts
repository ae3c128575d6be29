import { CommandError } from "../kit/errors.ts";

/** `fetch` from one of the running processes, which may be restarting. @throws CommandError when nothing answers there */
export async function reach(who: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new CommandError(`${who} does not answer; the terminal of npm start says why.`, { cause });
  }
}
