import type { QueueConfig } from "./config.ts";
import { DEAD_LETTER_SUFFIX } from "./constants.ts";

/** Something messages are received from: a declared queue, or the dead-letter queue that comes with it. */
export type Entity =
  | {
      readonly kind: "queue";
      readonly key: string;
      readonly config: QueueConfig;
      readonly deadLetters: DeadLetterQueue;
    }
  | DeadLetterQueue;

/** Receives what its queue gave up on. No delivery limit and no time to live apply in it. */
interface DeadLetterQueue {
  readonly kind: "deadLetterQueue";
  readonly key: string;
  readonly config: QueueConfig;
}

/** Every entity by its key: the address in lower case, because Service Bus ignores case in names. */
export type Entities = ReadonlyMap<string, Entity>;

/** Expands the declared queues into everything that can be addressed. */
export function entitiesOf(queues: readonly QueueConfig[]): Entities {
  const entities = new Map<string, Entity>();
  for (const config of queues) {
    const key = config.name.toLowerCase();
    const deadLetters: DeadLetterQueue = { kind: "deadLetterQueue", key: key + DEAD_LETTER_SUFFIX, config };
    entities.set(key, { kind: "queue", key, config, deadLetters });
    entities.set(deadLetters.key, deadLetters);
  }
  return entities;
}
