import { expect } from "vitest";
import type { Trouble } from "../../../infra/local/arm/troubles.ts";
import type { Reach, Stack } from "../stack.ts";
import { eventually } from "./patience.ts";
import { ASKED, trailBecomes } from "./trails.ts";

/** Some requests to ARM, and how long it takes over the next one of them. */
interface Hang extends Pick<Trouble, "method" | "pathPattern"> {
  readonly ms: number;
}

/** Does something, and waits for the moment at which ARM has begun to answer such a request. */
export async function armIsAt({ arm }: Stack, hang: Hang, work: () => Promise<unknown>): Promise<void> {
  await arm.trouble({ kind: "hang", times: 1, ...hang });
  await work();
  await arm.hasMet(hang.pathPattern);
}

/** A consumer asks; ARM has taken the app's answer, and the app has not heard so. */
export async function answerIsTaken({ arm, consumer }: Stack, name: string): Promise<void> {
  const pathPattern = `/privateEndpointConnections/${name}`;
  await arm.trouble({ kind: "resetAfterCommit", method: "PUT", pathPattern, times: 1 });
  await consumer.requests(name);
  await eventually(async () => expect(await arm.connection(name)).toMatchObject({ status: "Approved" }));
}

/** A message tells of a connection, and the app reads that, which takes ARM so long. */
export async function messageIsFollowed(stack: Stack, name: string, ms: number): Promise<void> {
  const connectionId = await stack.arm.hides(name);
  const pathPattern = `/privateEndpointConnections/${name}`;
  await armIsAt(stack, { method: "GET", pathPattern, ms }, () =>
    stack.queue.send({ body: { connectionId } }),
  );
}

/** A consumer asks, and the approvers are asked. */
export async function peopleAreAsked(
  stack: Pick<Reach, "consumer" | "trail">,
  name: string,
  message?: string,
): Promise<void> {
  await stack.consumer.requests(name, message === undefined ? {} : { message });
  await trailBecomes(stack, name, ASKED);
}
