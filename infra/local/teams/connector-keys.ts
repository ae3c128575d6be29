import { openTokenSigner, type Rotation, type TokenSigner } from "../kit/token-signer.ts";
import { BACKDATED_SECONDS, CHANNEL_ID, CONNECTOR, CONNECTOR_TOKEN_SECONDS } from "./constants.ts";

/** Where the connector's keys are announced; in Azure on `login.botframework.com`. */
export const OPENID_PATH = "/v1/.well-known/openidconfiguration";
export const KEYS_PATH = "/v1/.well-known/keys";

/** What a token of the connector says, beside who issued it and when. */
export interface ConnectorClaims {
  /** Client id of the bot. */
  readonly aud: string;
  readonly serviceurl: string;
}

/** The keys by which bots know the connector. */
export interface ConnectorKeys {
  /** A token for a bot. `others` replaces claims, for whoever wants to see what is refused. */
  tokenFor(claims: ConnectorClaims, others?: Readonly<Record<string, unknown>>): Promise<string>;
  publicKeys(): Promise<unknown>;
  rotate(rotation: Rotation): Promise<string>;
}

/** The connector's keys, kept in `file`. Making a key takes a while, so it is made when somebody asks for the first time. */
export function connectorKeys(file: string): ConnectorKeys {
  let opened: Promise<TokenSigner> | undefined;
  const open = (): Promise<TokenSigner> => {
    opened ??= openTokenSigner(file);
    return opened;
  };
  return {
    async tokenFor(claims, others = {}) {
      const now = Math.floor(Date.now() / 1000);
      const times = { nbf: now - BACKDATED_SECONDS, exp: now + CONNECTOR_TOKEN_SECONDS };
      return (await open()).sign({ iss: CONNECTOR, ...times, ...claims, ...others });
    },
    async publicKeys() {
      const { keys } = (await open()).publicKeys();
      return { keys: keys.map((key) => ({ ...key, endorsements: [CHANNEL_ID] })) };
    },
    rotate: async (rotation) => (await open()).rotate(rotation),
  };
}

/** @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#openid-metadata-document */
export const openIdConfiguration = (origin: string) => ({
  issuer: CONNECTOR,
  authorization_endpoint: "https://invalid.botframework.com",
  jwks_uri: origin + KEYS_PATH,
  id_token_signing_alg_values_supported: ["RS256"],
  token_endpoint_auth_methods_supported: ["private_key_jwt"],
});
