import type { TokenCredential } from "@azure/identity";
import type { DigestsAddress } from "../../digests-address.ts";
import type { DigestStore } from "../../evidence/port.ts";
import { blobDigests } from "./blob.ts";
import { folderDigests } from "./folder.ts";

/** Opens the place where digests are. @param credential for a container in Azure */
export const openDigests = (address: DigestsAddress, credential: TokenCredential): DigestStore =>
  address.kind === "folder" ? folderDigests(address.folder) : blobDigests(address, credential);
