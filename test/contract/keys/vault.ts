import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { closeAtOnce, listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { readBody } from "../../../infra/local/kit/read-body.ts";

const TOKEN = "token for the vault";

/** One secret, with all of its versions, the newest last. */
interface Kept {
  readonly versions: { readonly value: string; readonly created: number }[];
  state: "enabled" | "disabled" | "deleted";
}

/** What stands for a Key Vault: secrets with versions, by its REST API. */
export interface TestVault {
  readonly url: string;
  readonly token: string;
  /** Calls, as `PUT record-keys`. */
  readonly calls: readonly string[];
  readonly secrets: Map<string, Kept>;
  /** The value that a reference leads to. */
  newest(name: string): string;
  put(name: string, value: string, created?: Date): void;
  /** So many calls are refused, with this inner code. */
  refuse(count: number, status: number, code: string): void;
  /** Once, before the next write is answered. */
  whenWriting(act: () => void): void;
}

const error = (code: string, message: string, inner?: string) => ({
  error: { code, message, ...(inner !== undefined && { innererror: { code: inner } }) },
});

/** @see https://learn.microsoft.com/rest/api/keyvault/secrets */
export async function aVault(): Promise<TestVault> {
  const calls: string[] = [];
  const secrets = new Map<string, Kept>();
  let refused = { count: 0, status: 403, code: "" };
  let act: () => void = () => undefined;
  const put = (name: string, value: string, created = new Date()): void => {
    const kept = secrets.get(name) ?? { versions: [], state: "enabled" };
    kept.versions.push({ value, created: Math.floor(created.getTime() / 1_000) });
    secrets.set(name, kept);
  };

  const answer = (method: string, path: string, body: string): [number, object] => {
    const [, collection, name = "", rest] =
      /^\/(secrets|deletedsecrets)\/([0-9A-Za-z-]{1,127})(\/versions)?$/.exec(path) ?? [];
    const kept = secrets.get(name);
    const isDeleted = kept?.state === "deleted";
    const missing: [number, object] = [
      404,
      error("SecretNotFound", `A secret with (name/id) ${name} was not found in this key vault.`),
    ];
    if (collection === undefined) return [400, error("BadParameter", "Nothing is here.")];
    if (collection === "deletedsecrets") return isDeleted ? [200, { recoveryId: name }] : missing;
    if (method === "PUT") {
      if (isDeleted)
        return [
          409,
          error(
            "Conflict",
            `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused.`,
            "ObjectIsDeletedButRecoverable",
          ),
        ];
      put(name, JSON.parse(body).value);
      act();
      act = () => undefined;
    }
    const now = secrets.get(name);
    if (now === undefined || isDeleted) return missing;
    const ids = now.versions.map((_, index) => ({ id: `https://x/secrets/${name}/${index}` }));
    if (rest !== undefined) return [200, { value: ids, nextLink: null }];
    if (now.state === "disabled")
      return [
        403,
        error("Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"),
      ];
    const { value, created } = now.versions.at(-1) ?? { value: "", created: 0 };
    return [200, { value, attributes: { enabled: true, created, updated: created } }];
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://vault");
    const body = (await readBody(request, 16_384))?.toString() ?? "";
    const method = request.method ?? "";
    calls.push(`${method} ${url.pathname.replace(/^\/secrets\//, "")}`);
    const isKnown = request.headers.authorization === `Bearer ${TOKEN}`;
    const isRefused = refused.count-- > 0;
    const [status, said] = !isKnown
      ? [401, error("Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")]
      : isRefused
        ? [
            refused.status,
            error("Forbidden", "Caller is not authorized to perform action on resource.", refused.code),
          ]
        : url.searchParams.get("api-version") !== "7.4"
          ? [400, error("BadParameter", "api-version")]
          : answer(method, url.pathname, body);
    response.writeHead(status as number, { "content-type": "application/json" }).end(JSON.stringify(said));
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  onTestFinished(() => closeAtOnce(server));
  return {
    url,
    token: TOKEN,
    calls,
    secrets,
    put,
    newest: (name) => secrets.get(name)?.versions.at(-1)?.value ?? "",
    refuse: (count, status, code) => {
      refused = { count, status, code };
    },
    whenWriting: (next) => {
      act = next;
    },
  };
}
