import * as z from "zod";
import { ARM_AUDIENCE } from "../entra/constants.ts";
import { type Application, COMMAND_LINE_CLIENT, DEMO_SECRET, userPrincipalName } from "../entra/directory.ts";
import { CommandError } from "../kit/errors.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";

const TokenAnswer = z.object({ access_token: z.string() });
const TokenRefusal = z.object({ error_description: z.string() });

type TokenPlace = Pick<Endpoints, "entra" | "tenantId">;

/**
 * A token of one of the demo people, `ana`, for a resource: with the permissions that are named, or with all it offers.
 * @throws CommandError when Entra refuses.
 */
export function personToken(
  place: TokenPlace,
  name: string,
  resource: string,
  permissions: readonly string[] = [".default"],
): Promise<string> {
  return requestToken(place, {
    grant_type: "password",
    client_id: COMMAND_LINE_CLIENT.clientId,
    username: userPrincipalName({ name }),
    password: DEMO_SECRET,
    scope: permissions.map((permission) => `${resource}/${permission}`).join(" "),
  });
}

/** An application's own token for a resource, ARM unless told, with the roles that it has there. */
export function appToken(
  place: TokenPlace,
  application: Application,
  resource: string = ARM_AUDIENCE,
): Promise<string> {
  return requestToken(place, {
    grant_type: "client_credentials",
    client_id: application.clientId,
    client_secret: DEMO_SECRET,
    scope: `${resource}/.default`,
  });
}

async function requestToken(place: TokenPlace, form: Record<string, string>): Promise<string> {
  const url = `${place.entra}/${place.tenantId}/oauth2/v2.0/token`;
  const response = await reach("Entra", url, { method: "POST", body: new URLSearchParams(form) });
  const body: unknown = await response.json();
  if (response.ok) return TokenAnswer.parse(body).access_token;
  throw new CommandError(TokenRefusal.parse(body).error_description);
}
