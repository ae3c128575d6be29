import { setTimeout as pause } from "node:timers/promises";
import { appCredential } from "../../shared/azure/credential.ts";
import { policyInBlob } from "../../shared/azure/policy-blob.ts";
import type { Config } from "../../shared/config.ts";
import { fileSource } from "../../shared/policy-in-force/file-source.ts";
import { fileSwitches } from "../../shared/policy-in-force/file-switches.ts";
import { PoliciesInForce } from "../../shared/policy-in-force/policies.ts";
import type { Standing } from "../../shared/policy-in-force/port.ts";
import { SwitchesInForce } from "../../shared/policy-in-force/switches.ts";

/** The policy in force, by the settings. */
export function policiesInForce(config: Config, standing: Standing): PoliciesInForce {
  const { source, switches } = placeOf(config);
  const now = Date.now;
  return new PoliciesInForce({
    source,
    approvalsOff: config.KILL_SWITCH === "on",
    modeAtMost: config.POLICY_MODE,
    switches: new SwitchesInForce({ source: switches, now, pause }),
    signers: config.POLICY_SIGNERS,
    standing,
    rejectionDelayMs: config.REJECTION_DELAY_MS,
    now,
  });
}

function placeOf({ POLICY: address, AZURE_CLIENT_ID }: Config): ReturnType<typeof policyInBlob> {
  if (address.kind === "blob")
    return policyInBlob({ address, credential: appCredential(AZURE_CLIENT_ID), pause });
  const { file } = address;
  return { source: fileSource({ file, now: Date.now, pause }), switches: fileSwitches(file) };
}
