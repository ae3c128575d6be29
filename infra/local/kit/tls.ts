import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createCertificate } from "./certificate.ts";
import { writePrivateFile } from "./files.ts";
import { LOOPBACK } from "./listen.ts";

const DAY_MS = 86_400_000;
const LIFETIME_MS = 397 * DAY_MS;
const RENEW_BEFORE_EXPIRY_MS = 30 * DAY_MS;
/** Certificates start a little in the past, so that a clock set back a few minutes still accepts them. */
const CLOCK_SKEW_MS = 10 * 60_000;

export interface Tls {
  /** Absolute path of the CA certificate, for `NODE_EXTRA_CA_CERTS` and `curl --cacert`. */
  readonly caFile: string;
  /** Private key of the server, PEM. */
  readonly key: string;
  /** Certificate of the server for 127.0.0.1 and localhost, PEM. */
  readonly cert: string;
}

/**
 * The TLS certificate of this machine's stand-ins and the authority that signed it (EC P-256), kept in `dir` and
 * readable by this user only. Reused until 30 days before they expire, then both are made anew.
 *
 * The authority's private key is never written: it signs one certificate and is forgotten, so a user who trusts the
 * CA file trusts nothing else.
 */
export async function loadOrCreateTls(dir: string): Promise<Tls> {
  const files = filesIn(dir);
  return load(files) ?? create(files);
}

interface TlsFiles {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

const filesIn = (dir: string): TlsFiles => ({
  ca: resolve(dir, "ca.pem"),
  key: resolve(dir, "server-key.pem"),
  cert: resolve(dir, "server-cert.pem"),
});

/**
 * Nothing when a file is missing or damaged, the three do not belong together (a start was killed half-way), or time is
 * up.
 */
function load(files: TlsFiles): Tls | undefined {
  if (!Object.values(files).every((file) => existsSync(file))) return undefined;
  const tls = {
    caFile: files.ca,
    key: readFileSync(files.key, "utf8"),
    cert: readFileSync(files.cert, "utf8"),
  };
  return belongTogether(readFileSync(files.ca, "utf8"), tls) ? tls : undefined;
}

function belongTogether(caPem: string, tls: Tls): boolean {
  try {
    const [ca, cert, key] = [
      new X509Certificate(caPem),
      new X509Certificate(tls.cert),
      createPrivateKey(tls.key),
    ];
    const renewAt = Math.min(...[ca, cert].map((each) => Date.parse(each.validTo))) - RENEW_BEFORE_EXPIRY_MS;
    return cert.verify(ca.publicKey) && cert.checkPrivateKey(key) && Date.now() < renewAt;
  } catch {
    // What is no certificate or no key belongs to nothing.
    return false;
  }
}

function create(files: TlsFiles): Tls {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const validity = {
    notBefore: new Date(Date.now() - CLOCK_SKEW_MS),
    notAfter: new Date(Date.now() + LIFETIME_MS),
  };
  const issuer = "Local stand-ins CA";
  const issued = { ...validity, issuer, issuerKey: authority.privateKey };
  const ca = createCertificate({
    ...issued,
    subject: issuer,
    subjectKey: authority.publicKey,
    purpose: { kind: "authority" },
  });
  const cert = createCertificate({
    ...issued,
    subject: "localhost",
    subjectKey: server.publicKey,
    purpose: { kind: "server", names: ["localhost"], addresses: [LOOPBACK] },
  });
  const key = server.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  writePrivateFile(files.ca, ca);
  writePrivateFile(files.key, key);
  writePrivateFile(files.cert, cert);
  return { caFile: files.ca, key, cert };
}
