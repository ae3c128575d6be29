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

/** Who makes a private endpoint. */
export interface Creator {
  /** A sign-in name, or an application id. */
  readonly by: string;
  /** Of a person whom the tenant knows; nobody knows whose a name without one is. */
  readonly objectId?: string;
}

/** What no ordinary user of ARM could say or do here: it goes to the control interface of the stand-in. */
export interface ArmControl {
  describeSubscription(wish: SubscriptionWish): Promise<void>;
  /** Names the sender of a private endpoint's PUT. Call it before that PUT: what follows may read the name at once. */
  nameCreator(endpointId: string, creator: Creator): Promise<void>;
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
    nameCreator: (endpointId, creator) => post("creators", { endpointId, ...creator }),
  };
}
