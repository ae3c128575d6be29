import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";
import * as z from "zod";
import { readJsonFile, writePrivateFile } from "./files.ts";

const ALGORITHM = "RS256";

const StoredKey = z.object({
  kty: z.literal("RSA"),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

type StoredKey = z.infer<typeof StoredKey>;

/** Times are epoch milliseconds. The newest key that may sign already does; `null`: published until it is followed. */
const Key = z.object({ jwk: StoredKey, signsFrom: z.number(), publishedUntil: z.number().nullable() });
type Key = z.infer<typeof Key>;

const StoredKeys = z
  .object({ keys: z.array(Key).min(1) })
  // A file from before there was a second key.
  .or(StoredKey.transform((jwk) => ({ keys: [{ jwk, signsFrom: 0, publishedUntil: null }] })));

/** How a new key takes over. */
export interface Rotation {
  /** The new key is published at once and signs after this time: Entra publishes keys before it uses them. */
  readonly signsInMs: number;
  /** How long after that the keys before it are still published. */
  readonly formerForMs: number;
}

/** Signs tokens, and publishes what others need to check them. */
export interface TokenSigner {
  /** Signed token; the payload is taken as it is. */
  sign(payload: JWTPayload): Promise<string>;
  publicKeys(): { readonly keys: readonly JWK[] };
  /** Makes a new key; it is on disk when this resolves. @returns its `kid`. */
  rotate(rotation: Rotation): Promise<string>;
}

/**
 * The tenant's signing keys, the first made once, all kept in `file`, so that tokens outlive a restart.
 * @throws CommandError when the file cannot be used
 */
export async function openTokenSigner(file: string): Promise<TokenSigner> {
  let keys: readonly Key[] = readJsonFile(file, StoredKeys)?.keys ?? [];
  const add = async (signsFrom: number, formerUntil: number): Promise<string> => {
    const jwk = await createKey();
    const former = published(keys).map((key) => ({
      ...key,
      publishedUntil: Math.min(key.publishedUntil ?? formerUntil, formerUntil),
    }));
    keys = [...former, { jwk, signsFrom, publishedUntil: null }];
    writePrivateFile(file, JSON.stringify({ keys }));
    return jwk.kid;
  };
  if (keys.length === 0) await add(0, 0);
  return {
    async sign(payload) {
      const { kid, ...jwk } = signing(keys).jwk;
      const key = await importJWK(jwk, ALGORITHM);
      return new SignJWT(payload).setProtectedHeader({ typ: "JWT", alg: ALGORITHM, kid }).sign(key);
    },
    publicKeys: () => ({
      keys: published(keys).map(({ jwk: { kty, kid, n, e } }) => ({
        kty,
        use: "sig",
        alg: ALGORITHM,
        kid,
        n,
        e,
      })),
    }),
    rotate({ signsInMs, formerForMs }) {
      const signsFrom = Date.now() + signsInMs;
      return add(signsFrom, signsFrom + formerForMs);
    },
  };
}

const published = (keys: readonly Key[]): Key[] =>
  keys.filter(({ publishedUntil }) => publishedUntil === null || publishedUntil > Date.now());

function signing(keys: readonly Key[]): Key {
  const key = keys.findLast(({ signsFrom }) => signsFrom <= Date.now());
  if (!key) throw new Error("No key may sign yet; the clock has gone back behind the making of the first.");
  return key;
}

async function createKey(): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return StoredKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}
