import type { GroupCommit } from "../kit/group-commit.ts";
import type { Broker, HandedOut, ReceiveMode } from "./broker.ts";
import type { Entity } from "./entities.ts";

/** How many messages are read at once, so that a consumer with much room does not pull all of a queue into memory. */
const READ_AHEAD = 100;

/** Somebody who receives from an entity. */
export interface Consumer {
  readonly mode: ReceiveMode;
  /** A consumer that is not open any more is forgotten. */
  isOpen(): boolean;
  /** How many messages it can take right now. */
  capacity(): number;
  deliver(message: HandedOut): void;
}

/** Hands messages to competing consumers, in turn. */
export interface Dispatcher {
  add(entity: Entity, consumer: Consumer): void;
  /** Hands out what there is to whoever has room, in this turn's transaction. Never rejects. */
  pump(entity: Entity): Promise<void>;
}

/** @param failed is told when a hand-out could not be stored; the messages stay where they were. */
export function createDispatcher(
  commits: GroupCommit,
  broker: Pick<Broker, "available" | "handOut">,
  failed: (error: unknown) => void,
): Dispatcher {
  const consumersOf = new Map<string, Consumer[]>();
  const pumping = new Map<string, Promise<void>>();

  function handOut(entity: Entity): [Consumer, HandedOut][] {
    const open = (consumersOf.get(entity.key) ?? []).filter((consumer) => consumer.isOpen());
    const handed: [Consumer, HandedOut][] = [];
    const hungry = open
      .map((consumer) => ({ consumer, room: consumer.capacity() }))
      .filter(({ room }) => room > 0);
    while (hungry.length > 0) {
      const wanted = hungry.reduce((sum, { room }) => sum + room, 0);
      const limit = Math.min(wanted, READ_AHEAD);
      const rows = broker.available(entity, limit);
      for (const row of rows) {
        const next = hungry.shift();
        if (!next) break;
        handed.push([next.consumer, broker.handOut(entity, row, next.consumer.mode)]);
        next.room -= 1;
        if (next.room > 0) hungry.push(next);
      }
      if (rows.length < limit) break;
    }
    return rotate(entity, open, handed);
  }

  /** Lets the next consumer go first next time, so that a slow trickle of messages reaches everybody. */
  function rotate<T>(entity: Entity, [first, ...others]: Consumer[], handed: T): T {
    consumersOf.set(entity.key, first ? [...others, first] : []);
    return handed;
  }

  function start(entity: Entity): Promise<void> {
    return commits
      .run(() => {
        // From here on a new pump is needed: what is stored later in this turn is not seen by this one.
        pumping.delete(entity.key);
        return handOut(entity);
      })
      .then((handed) => {
        for (const [consumer, message] of handed) consumer.deliver(message);
      })
      .catch((error: unknown) => {
        pumping.delete(entity.key);
        failed(error);
      });
  }

  return {
    add(entity, consumer) {
      consumersOf.set(entity.key, [...(consumersOf.get(entity.key) ?? []), consumer]);
    },
    pump(entity) {
      const pump = pumping.get(entity.key) ?? start(entity);
      pumping.set(entity.key, pump);
      return pump;
    },
  };
}
