import * as z from "zod";
import { CommandError } from "../../local/kit/errors.ts";
import { parseJson } from "../../local/kit/json-text.ts";

const Claims = z.object({
  tid: z.guid().toLowerCase(),
  upn: z.string().optional(),
  app_displayname: z.string().optional(),
  appid: z.string().optional(),
});

/** In whose name a token of Graph's acts, and where; as it says, unchecked, for whoever reads the plan. */
export interface Who {
  readonly tenant: string;
  readonly name: string;
}

/** @throws CommandError for what is no token of Microsoft Graph's */
export function whoIs(token: string): Who {
  const [, payload = ""] = token.split(".");
  const claims = Claims.safeParse(parseJson(Buffer.from(payload, "base64url").toString()));
  if (!claims.success) throw new CommandError("That is no token of Microsoft Graph: it names no tenant.");
  const { tid, upn, app_displayname: app, appid } = claims.data;
  return { tenant: tid, name: upn ?? app ?? appid ?? "somebody" };
}
