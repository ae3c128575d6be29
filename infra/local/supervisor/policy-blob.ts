/** What POLICY says for the blob in the Azurite of the stack itself, whose ports and keys nobody types. */
const AZURITE = "azurite";

/** Where that blob is. @param storage the connection string of the stack's Azurite */
export const policyIn = (storage: string): string => `${storage};Container=policy;Blob=policy.json`;

/** Whether it is the address of a blob: everything else that says where a policy is, is the path of a file. */
export const isBlob = (policy: string): boolean => /^https:\/\/|;Blob=/.test(policy);

/** The blob in the stack's own Azurite, where that is meant, else what was given. */
export const orAzurite = (policy: string, storage: string | null): string =>
  policy === AZURITE && storage !== null ? policyIn(storage) : policy;
