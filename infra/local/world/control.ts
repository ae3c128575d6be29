import { CommandError } from "../kit/errors.ts";
import { trustAuthority } from "../kit/trust.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";

/** What Azure knows about a subscription; what is not said stays as it is. */
export interface SubscriptionWish {
  /** GUID. */
  readonly id: string;
  readonly displayName?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** GUID. */
  readonly tenantId?: string;
  /** Those between the subscription and the root, nearest first. */
  readonly managementGroups?: readonly string[];
}

/** What no ordinary user of ARM could say or do here: it goes to the control interface of the stand-in. */
export interface ArmControl {
  describeSubscription(wish: SubscriptionWish): Promise<void>;
  /** Names the sender of a private endpoint's PUT. Call it before that PUT: what follows may read the name at once. */
  nameCreator(endpointId: string, by: string): Promise<void>;
}

/** @throws CommandError (from its verbs) with the stand-in's words when it refuses. */
export function armControl({ armControl: { url, key }, armCa }: Endpoints): ArmControl {
  trustAuthority(armCa);
  async function post(command: string, body: object): Promise<void> {
    const response = await reach("ARM", `${url}/${command}`, {
      method: "POST",
      headers: { "x-control-key": key, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new CommandError(`The ARM stand-in refused (${response.status}): ${await response.text()}`);
  }
  return {
    describeSubscription: (wish) => post("subscriptions", wish),
    nameCreator: (endpointId, by) => post("creators", { endpointId, by }),
  };
}
