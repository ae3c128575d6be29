import { appCredential, type RenewableCredential } from "../../azure/credential.ts";
import { developerCredential } from "../../azure/developer-credential.ts";
import { parseSettings } from "../../config.ts";
import type { Io } from "./command.ts";

/** The app's identity where the platform gives one, else that of `az login`. */
export const credentialIn = (env: Io["env"]): RenewableCredential =>
  env.IDENTITY_ENDPOINT
    ? appCredential(parseSettings(env, { optional: ["AZURE_CLIENT_ID"] }).AZURE_CLIENT_ID)
    : developerCredential();
