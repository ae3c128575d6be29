import { existsSync } from "node:fs";
import { openFileArchive } from "../../audit-tools/open-for-reading.ts";
import { type DigestsAddress, digestsBeside } from "../../digests-address.ts";
import { Digest } from "../../evidence/digest.ts";
import { jsonIn } from "../../request/json.ts";
import { openDigests } from "../../store/digests/open.ts";
import { missingTables } from "../../store/tables/open.ts";
import type { StoreAddress } from "../../store-address.ts";
import { inUtc, reasonOf } from "../../text.ts";
import type { Deployment } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";
import { known } from "../given.ts";

/** Whether the audit store can be read. Nothing is added to it, so whether the app may is not tried. */
export async function checkStore({ given, credential }: Deployment): Promise<readonly Finding[]> {
  const { store } = known(given);
  const { ok, fault, unknown } = findings("store", "the audit store");
  if (store === undefined)
    return [unknown("AUDIT_STORE is not known here.", "npm run doctor -- --settings settings.json")];
  try {
    const missing = await missingIn(store, credential);
    if (missing.length === 0) return [ok("It can be read.")];
    return [fault(`There is no ${missing.join(", no ")}.`, "azd provision")];
  } catch (error) {
    return [fault(reasonOf(error, 300), ROLE)];
  }
}

const ROLE =
  "Storage Table Data Reader on the account: az role assignment create --role 'Storage Table Data Reader' --scope ACCOUNT --assignee WHO; in a private network run this from within it.";

async function missingIn(
  store: StoreAddress,
  credential: Deployment["credential"],
): Promise<readonly string[]> {
  if (store.kind === "tables")
    return missingTables(
      store.by === "identity"
        ? { url: store.url, credential }
        : { connectionString: store.connectionString() },
    );
  if (!existsSync(store.file)) return [`file ${store.file}`];
  const archive = openFileArchive(store.file);
  try {
    await archive.trails.ids(null, 1);
    return [];
  } finally {
    archive.close();
  }
}

/** How old the newest digest is. */
export async function checkDigests({ given, credential }: Deployment): Promise<readonly Finding[]> {
  const { store, digests, digestMaxAgeMs = 0 } = known(given);
  const { ok, warning, fault, unknown } = findings("digests", "the digests of the trails");
  const address = digests ?? (store === undefined ? null : digestsBeside(store));
  if (address === null)
    return [unknown("DIGESTS is not known here.", "npm run doctor -- --settings settings.json")];
  if (address.kind === "container" && address.by === "key")
    return [
      unknown("They are in an Azurite, which is not looked into.", "npm run audit -- verify --data .local"),
    ];
  try {
    const until = await untilOf(address, credential);
    const next = "npm run audit -- verify; see digest-missing in docs/runbook.md";
    if (until === null) return [warning("There is none yet; the first comes within DIGEST_SCHEDULE.", next)];
    const ageMs = Date.now() - Date.parse(until);
    const says = `The newest is of ${inUtc(until)}.`;
    return [ageMs > digestMaxAgeMs ? fault(`${says} That is too long ago.`, next) : ok(says)];
  } catch (error) {
    return [
      fault(
        reasonOf(error, 300),
        "az role assignment create --role 'Storage Blob Data Reader' --scope CONTAINER --assignee WHO",
      ),
    ];
  }
}

/** Until when the newest digest tells; null where there is none. Whether it is genuine, `audit verify` says. */
async function untilOf(
  address: DigestsAddress,
  credential: Deployment["credential"],
): Promise<string | null> {
  const digests = openDigests(address, credential);
  const number = (await digests.numbers()).at(-1);
  const text = number === undefined ? null : await digests.read(number);
  if (text === null) return null;
  return Digest.parse(jsonIn(text.split("\n")[0] ?? "")).until;
}
