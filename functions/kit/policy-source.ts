import { setTimeout as pause } from "node:timers/promises";
import { appCredential } from "../../shared/azure/credential.ts";
import { blobSource } from "../../shared/azure/policy-blob.ts";
import type { Config } from "../../shared/config.ts";
import { fileSource } from "../../shared/policy-in-force/file-source.ts";
import type { PolicySource } from "../../shared/policy-in-force/port.ts";

/** Where the policy comes from, by the settings. */
export const policySource = ({ POLICY: address, AZURE_CLIENT_ID }: Config): PolicySource =>
  address.kind === "file"
    ? fileSource({ file: address.file, now: Date.now, pause })
    : blobSource({ address, credential: appCredential(AZURE_CLIENT_ID), pause });
