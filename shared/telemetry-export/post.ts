/** Sends a text. @throws where the answer is no success, or none comes in time */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<string>;

/** Whoever takes telemetry and needs longer gets none: what waits meanwhile is little, and the rest is dropped. */
const LIMIT_MS = 10_000;
/** Of an answer, which nobody reads further. */
const MAX_ANSWER_CHARACTERS = 10_000;

export const postText: Post = async (url, headers, body) => {
  const reply = await fetch(url, {
    method: "POST",
    headers,
    body,
    // What carries keys goes where the setting says, and nowhere else.
    redirect: "error",
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const answer = (await reply.text()).slice(0, MAX_ANSWER_CHARACTERS);
  if (!reply.ok) throw new Error(`it answered ${reply.status}`);
  return answer;
};
