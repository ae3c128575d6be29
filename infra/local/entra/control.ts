import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import { hasControlKey } from "../kit/control.ts";
import { GraphTrouble } from "./graph.ts";
import type { Reply } from "./reply.ts";
import type { Tenant } from "./tenant.ts";

const DAY_S = 86_400;

const Rotation = z.strictObject({
  signsInSeconds: z.number().min(0).max(DAY_S).default(0),
  formerForSeconds: z.number().min(0).max(DAY_S).default(3600),
});

const Tokens = z.strictObject({ accessTokenSeconds: z.int().min(1).max(DAY_S) });

const Nothing = z.strictObject({});

const Clock = z.strictObject({ skewSeconds: z.int().min(-DAY_S).max(DAY_S) });

/** Answers `POST /_control/{keys,clock,tokens,graph,sessions}`. `body` is what was sent, as text. */
export async function control(
  tenant: Tenant,
  command: string,
  headers: IncomingHttpHeaders,
  body: string,
): Promise<Reply> {
  if (!hasControlKey(headers, tenant.controlKey))
    return refuse(403, "The header x-control-key is missing or wrong.");
  try {
    switch (command) {
      case "keys": {
        const { signsInSeconds, formerForSeconds } = Rotation.parse(JSON.parse(body));
        const rotation = { signsInMs: signsInSeconds * 1000, formerForMs: formerForSeconds * 1000 };
        const kid = await tenant.signer.rotate(rotation);
        tenant.log(`key ${kid} signs in ${signsInSeconds} s`);
        return { status: 200, body: { kid } };
      }
      case "clock": {
        const clock = Clock.parse(JSON.parse(body));
        tenant.setSkew(clock.skewSeconds);
        return { status: 200, body: clock };
      }
      case "tokens": {
        const tokens = Tokens.parse(JSON.parse(body));
        tenant.setAccessTokenSeconds(tokens.accessTokenSeconds);
        return { status: 200, body: tokens };
      }
      case "graph": {
        tenant.graph.setTrouble(GraphTrouble.parse(JSON.parse(body)));
        return { status: 200, body: {} };
      }
      case "sessions": {
        Nothing.parse(JSON.parse(body));
        tenant.sessions.endAll();
        tenant.delegations.revokeAll();
        return { status: 200, body: {} };
      }
      default:
        return refuse(404, `There is no control command "${command}": keys, clock, tokens, graph, sessions.`);
    }
  } catch (error) {
    if (error instanceof z.ZodError) return refuse(400, z.prettifyError(error));
    if (error instanceof SyntaxError) return refuse(400, "The body is not JSON.");
    throw error;
  }
}

function refuse(status: number, message: string): Reply {
  return { status, body: { error: "control_refused", error_description: message } };
}
