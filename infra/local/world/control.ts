import * as z from "zod";
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

/** A refusal with which ARM answers so many writes, as 409. */
export interface Trouble {
  readonly times: number;
  readonly code: string;
  readonly message: string;
}

/** What no ordinary user of ARM could say or do here: it goes to the control interface of the stand-in. */
export interface ArmControl {
  describeSubscription(wish: SubscriptionWish): Promise<void>;
  /** Names the sender of a private endpoint's PUT. Call it before that PUT: what follows may read the name at once. */
  nameCreator(endpointId: string, creator: Creator): Promise<void>;
  /** The next writes to connections of a private endpoint of that name fail, unless that was arranged before. */
  refuseWritesTo(endpoint: string, trouble: Trouble): Promise<void>;
}

const Troubles = z.object({ value: z.array(z.object({ pathPattern: z.string() })) });

/** @throws CommandError (from its verbs) with the stand-in's words when it refuses. */
export function armControl({ armControl: { url, key }, armCa }: Endpoints): ArmControl {
  trustAuthority(armCa);
  async function send(command: string, init: RequestInit): Promise<Response> {
    const headers = { "x-control-key": key, "content-type": "application/json" };
    const response = await reach("ARM", `${url}/${command}`, { headers, ...init });
    if (response.ok) return response;
    throw new CommandError(`The ARM stand-in refused (${response.status}): ${await response.text()}`);
  }
  async function post(command: string, body: object): Promise<void> {
    await send(command, { method: "POST", body: JSON.stringify(body) });
  }
  return {
    describeSubscription: (wish) => post("subscriptions", wish),
    nameCreator: (endpointId, creator) => post("creators", { endpointId, ...creator }),
    async refuseWritesTo(endpoint, trouble) {
      const pathPattern = `/privateEndpointConnections/${endpoint}.`;
      const { value } = Troubles.parse(await (await send("troubles", { method: "GET" })).json());
      if (value.some((one) => one.pathPattern === pathPattern)) return;
      await post("troubles", { method: "PUT", pathPattern, kind: "conflict", ...trouble });
    },
  };
}
