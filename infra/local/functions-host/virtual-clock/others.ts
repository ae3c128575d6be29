import type { TellOthers } from "../../kit/kept-clock.ts";
import { CannotTellOthers } from "../../kit/virtual-clock.ts";

/** Where who shares the time with this host is told of it, and the key that opens the door there. */
const URL_SETTING = "CLOCK_FOLLOWER_URL";
const KEY_SETTING = "CLOCK_FOLLOWER_KEY";

/** What a host is started with whose time others share. */
export const shareTimeWith = (url: string, key: string): Record<string, string> => ({
  [URL_SETTING]: url,
  [KEY_SETTING]: key,
});

/**
 * Tells those who share the time with this host; undefined when nobody does.
 *
 * They go first: what they date is then never older than what the app has seen. The settings are taken out of the
 * environment, because they are none of the app's.
 */
export function othersIn(environment: NodeJS.ProcessEnv): TellOthers | undefined {
  const { [URL_SETTING]: url, [KEY_SETTING]: key = "" } = environment;
  delete environment[URL_SETTING];
  delete environment[KEY_SETTING];
  return url === undefined ? undefined : (aheadMs) => tell(url, key, aheadMs);
}

async function tell(url: string, key: string, aheadMs: number): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-control-key": key, "content-type": "application/json" },
    body: JSON.stringify({ aheadMs }),
  }).catch((cause: unknown) => {
    throw new CannotTellOthers("The stand-ins, which share this time, do not answer.", { cause });
  });
  if (!response.ok)
    throw new CannotTellOthers(`The stand-ins, which share this time, refuse: ${await response.text()}`);
  await response.arrayBuffer();
}
