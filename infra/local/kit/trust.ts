import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** From now on this process's `fetch` trusts what this authority signed, beside everything it trusted before. */
export function trustAuthority(caFile: string): void {
  setDefaultCACertificates([...getCACertificates("default"), readFileSync(caFile, "utf8")]);
}
