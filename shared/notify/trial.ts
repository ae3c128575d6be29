import type { Instant } from "../connection/connection.ts";
import { within } from "../time-limit.ts";

/** A message that is a test and nothing else: no request is named in it, and nothing is asked. */
export interface TestMessage {
  /** By which people find it again, and other systems tell it from any event: `test-` and a UUID. */
  readonly id: string;
  readonly at: Instant;
}

/**
 * What came of a test. `accepted`: the other side took it. `refused`: it did not, or was not reached. `unknown`: it cannot be
 * known from here.
 */
export interface Tried {
  readonly result: "accepted" | "refused" | "unknown";
  /** What is so and what to do next, in words of our own: nothing of what the other side said stands in it but its status. */
  readonly sentence: string;
}

/** A channel that can be asked to send a test. It is sent as what the channel always sends, whatever its receiver wants to hear. */
export interface Trial {
  readonly name: string;
  /** @throws where something happened that the channel does not understand */
  sendTest(test: TestMessage): Promise<Tried>;
}

/** What there is to do about what says no more than what it is. */
const NEXT = "Try again in some minutes; if that does not help, look at the other side.";

/** A refusal, of an error whose message is in our own words: why, and what to do next where a second sentence says so. */
export function refusedFor(error: unknown): Tried {
  const why = error instanceof Error ? error.message : "It failed.";
  return { result: "refused", sentence: /\. \S/.test(why) ? why : `${why} ${NEXT}` };
}

/** What nobody waits for any longer. */
const LIMIT_MS = 25_000;

/**
 * Has channels send a test, all at once.
 * @param names those that are tried; one that cannot be is told as such
 * @param error takes what is not for those who asked
 */
export function tryChannels(
  names: readonly string[],
  { trials, test, error }: TryNeeds,
): Promise<readonly (Tried & { readonly channel: string })[]> {
  return Promise.all(
    names.map(async (channel) => {
      const trial = trials.find(({ name }) => name === channel);
      return { channel, ...(trial === undefined ? UNTRIED : await tried(trial, test, error)) };
    }),
  );
}

interface TryNeeds {
  readonly trials: readonly Trial[];
  readonly test: TestMessage;
  error(line: string, cause: unknown): void;
}

const UNTRIED: Tried = {
  result: "unknown",
  sentence: "Nothing was sent: this channel cannot be tried. Wait for a request that it is told of.",
};

async function tried(trial: Trial, test: TestMessage, error: TryNeeds["error"]): Promise<Tried> {
  try {
    return await within(LIMIT_MS, trial.sendTest(test));
  } catch (cause) {
    error(`${trial.name}: the test ${test.id} failed`, cause);
    return {
      result: "refused",
      sentence: `It could not be sent. The app's log says why, at ${test.id}; mend that, then try again.`,
    };
  }
}
