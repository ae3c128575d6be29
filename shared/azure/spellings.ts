import { armName, type ClusterId, type ConnectionId, connectionName } from "../connection/arm-id.ts";
import { type ArmName, spelledName } from "../connection/arm-name.ts";

/** So many are kept of each, the latest learned: more than anybody has, and less than a megabyte. */
const AT_MOST = 5_000;

/**
 * How ARM spells the names of what it showed. ARM ignores case, so our keys are lower-cased; a resource provider behind it
 * may not, so calls use ARM's own spelling where it is known.
 */
export class Spellings {
  readonly #clusters = new Map<ClusterId, ArmName>();
  readonly #connections = new Map<ConnectionId, string>();

  /** @param spelled the id that `key` was made of */
  learnCluster(key: ClusterId, spelled: string): void {
    if (spelled === key) this.#clusters.delete(key);
    else keep(this.#clusters, key, spelledName(spelled));
  }

  learnConnection(key: ConnectionId, name: string): void {
    if (this.ofConnection(key) !== name) keep(this.#connections, key, name);
  }

  ofCluster(key: ClusterId): ArmName {
    return this.#clusters.get(key) ?? armName(key);
  }

  ofConnection(key: ConnectionId): string {
    return this.#connections.get(key) ?? connectionName(key);
  }
}

function keep<K, V>(memory: Map<K, V>, key: K, value: V): void {
  memory.delete(key);
  // A map gives its keys in the order in which they came, so the first is the oldest.
  const [oldest] = memory.keys();
  if (oldest !== undefined && memory.size >= AT_MOST) memory.delete(oldest);
  memory.set(key, value);
}
