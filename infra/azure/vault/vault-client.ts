import * as z from "zod";
import { CommandError } from "../../local/kit/errors.ts";
import { printable } from "../kit/printable.ts";
import { type Answer, type RestOptions, restOf } from "../kit/rest.ts";

/** What is in the vault under a name. */
export type Found =
  | {
      readonly kind: "value";
      readonly value: string;
      readonly madeAt: Date;
      /** How many versions there are. */
      readonly versions: number;
    }
  | { readonly kind: "missing" }
  /** Somebody deleted it, and it can be brought back; its name cannot be used again. */
  | { readonly kind: "deleted" }
  | { readonly kind: "disabled" };

/** A vault's secrets, as far as keys need them. @see https://learn.microsoft.com/rest/api/keyvault/secrets */
export interface Vault {
  find(name: string): Promise<Found>;
  /** Adds a version. @returns how many there are then */
  set(name: string, value: string): Promise<number>;
}

interface VaultOptions extends Pick<RestOptions, "token" | "pause"> {
  /** `https://NAME.vault.azure.net`, without a slash at its end. */
  readonly url: string;
  /** Told once when a role is not known to the vault yet. */
  readonly whenWaiting: () => void;
}

const API_VERSION = "7.4";
const Secret = z.object({ value: z.string(), attributes: z.object({ created: z.number() }) });
const Page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });
const VaultError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innererror: z.object({ code: z.string() }).nullish(),
  }),
});

const innerCode = ({ body }: Answer): string => VaultError.safeParse(body).data?.error.innererror?.code ?? "";

/** @throws CommandError where the vault refuses, in sentences that say what to do, and never with a value */
export function vaultClient({ url, token, pause, whenWaiting }: VaultOptions): Vault {
  const service = `The vault ${url}`;
  const send = restOf({ service, token, pause });
  const at = (path: string): string => `${url}/${path}?api-version=${API_VERSION}`;
  let isWaiting = false;
  /** A role that a deployment has just given is known to the vault within minutes. */
  const isNotAllowedYet = (answer: Answer): boolean => {
    const isSo = answer.status === 403 && innerCode(answer) === "ForbiddenByRbac";
    if (isSo && !isWaiting) whenWaiting();
    isWaiting ||= isSo;
    return isSo;
  };
  const isDeleted = async (name: string): Promise<boolean> => {
    const answer = await send({ method: "GET", url: at(`deletedsecrets/${name}`) });
    if (answer.status === 404) return false;
    if (answer.status === 200) return true;
    throw refusal(answer, service);
  };
  const versionsOf = async (name: string): Promise<number> => {
    let count = 0;
    for (let next: string | null | undefined = at(`secrets/${name}/versions`); next; ) {
      // A link to somewhere else would get the token.
      if (!next.startsWith(`${url}/`)) throw new CommandError(`${service} names a next page elsewhere.`);
      const answer = await send({ method: "GET", url: next });
      if (answer.status !== 200) throw refusal(answer, service);
      const page = Page.parse(answer.body);
      count += page.value.length;
      next = page.nextLink;
    }
    return count;
  };
  return {
    find: async (name) => {
      const answer = await send({ method: "GET", url: at(`secrets/${name}`) }, isNotAllowedYet);
      if (answer.status === 404) return { kind: (await isDeleted(name)) ? "deleted" : "missing" };
      if (answer.status === 403 && innerCode(answer) === "SecretDisabled") return { kind: "disabled" };
      if (answer.status !== 200) throw refusal(answer, service);
      const { value, attributes } = Secret.parse(answer.body);
      const madeAt = new Date(attributes.created * 1_000);
      return { kind: "value", value, madeAt, versions: await versionsOf(name) };
    },
    set: async (name, value) => {
      const body = { value, contentType: "keys, separated by commas, the newest first" };
      const answer = await send({ method: "PUT", url: at(`secrets/${name}`), body }, isNotAllowedYet);
      if (answer.status !== 200) throw refusal(answer, service);
      return versionsOf(name);
    },
  };
}

const ADVICE: Readonly<Record<string, string>> = {
  401: "Sign in again with az login, or put a fresh token into VAULT_TOKEN.",
  403: "You need the role Key Vault Secrets Officer on it, which the deployment gives to whoever AZURE_PRINCIPAL_ID names.",
  ForbiddenByConnection: "It is reached from its private network alone: run the command there.",
  ForbiddenByFirewall: "Its firewall does not let this machine in: run the command where it does.",
};

function refusal(answer: Answer, service: string): CommandError {
  const { code, message } = VaultError.safeParse(answer.body).data?.error ?? { code: "", message: "" };
  const advice =
    ADVICE[innerCode(answer)] ?? ADVICE[answer.status] ?? "Run the command again in some minutes.";
  const said = message === "" ? "" : ` It says: ${printable(`${message} (${innerCode(answer) || code})`)}`;
  return new CommandError(`${service} answered ${answer.status}. ${advice}${said}`);
}
