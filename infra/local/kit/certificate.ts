import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";

/**
 * Writes X.509 certificates, so that a machine with nothing but Node can have TLS: Node reads certificates but has no
 * call that makes one. Only what our two certificates need, in DER; the section numbers are RFC 5280's.
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */

/** What a certificate is for: to sign others, or to serve TLS under these host names and IPv4 addresses. */
type CertificatePurpose =
  | { readonly kind: "authority" }
  | { readonly kind: "server"; readonly names: readonly string[]; readonly addresses: readonly string[] };

export interface CertificateRequest {
  /** Common name of the holder. */
  readonly subject: string;
  readonly subjectKey: KeyObject;
  /** Common name and private key (EC P-256) of the signer; the holder's own make it self-signed. */
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly purpose: CertificatePurpose;
}

/** Signs a certificate with ECDSA and SHA-256; PEM. Dates up to 2049, as UTCTime holds no later one (4.1.2.5.1). */
export function createCertificate(request: CertificateRequest): string {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(positive(randomBytes(16))),
    algorithm,
    name(request.issuer),
    sequence(utcTime(request.notBefore), utcTime(request.notAfter)),
    name(request.subject),
    publicKeyInfo(request.subjectKey),
    tagged(3, sequence(...extensions(request))),
  );
  const signature = sign("sha256", toBeSigned, request.issuerKey);
  const body = sequence(toBeSigned, algorithm, bitString(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${body.replace(/.{64}(?!$)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function extensions({ subjectKey, issuerKey, purpose }: CertificateRequest): Buffer[] {
  const keyIds = [
    extension("2.5.29.14", octets(keyId(subjectKey))),
    extension("2.5.29.35", sequence(element(0x80, keyId(issuerKey)))),
  ];
  switch (purpose.kind) {
    case "authority": {
      const mayOnlySignServers = sequence(TRUE, integer(Buffer.of(0)));
      return [...keyIds, critical("2.5.29.19", mayOnlySignServers), critical("2.5.29.15", KEY_CERT_SIGN)];
    }
    case "server": {
      const names = purpose.names.map((host) => element(0x82, Buffer.from(host, "ascii")));
      const addresses = purpose.addresses.map((ip) => element(0x87, Buffer.from(ip.split(".").map(Number))));
      return [
        ...keyIds,
        critical("2.5.29.19", sequence()),
        critical("2.5.29.15", DIGITAL_SIGNATURE),
        extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))),
        extension("2.5.29.17", sequence(...names, ...addresses)),
      ];
    }
  }
}

/** DER: tag, length, content. */
function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

const sequence = (...parts: readonly Buffer[]) => element(0x30, ...parts);
const tagged = (number: number, content: Buffer) => element(0xa0 | number, content);
const integer = (bytes: Buffer) => element(0x02, bytes);
const octets = (bytes: Buffer) => element(0x04, bytes);
const bitString = (bytes: Buffer, unusedBits = 0) => element(0x03, Buffer.of(unusedBits), bytes);

const TRUE = element(0x01, Buffer.of(0xff));
const DIGITAL_SIGNATURE = bitString(Buffer.of(0b1000_0000), 7);
const KEY_CERT_SIGN = bitString(Buffer.of(0b0000_0100), 2);

/** First byte between 1 and 127: an INTEGER is signed, and DER allows no leading zeros. */
function positive(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(((bytes[0] ?? 0) & 0x7f) | 0x01), bytes.subarray(1)]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const groups = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
  return groups;
}

function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, "").slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`, "ascii"));
}

function name(commonName: string): Buffer {
  return sequence(element(0x31, sequence(oid("2.5.4.3"), element(0x0c, Buffer.from(commonName, "utf8")))));
}

const extension = (id: string, value: Buffer) => sequence(oid(id), octets(value));
const critical = (id: string, value: Buffer) => sequence(oid(id), TRUE, octets(value));

/** The key's own DER form is already a SubjectPublicKeyInfo (4.1.2.7). */
function publicKeyInfo(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ type: "spki", format: "der" });
}

/** Any hash that tells keys apart will do (4.2.1.2); 160 bits is the customary length. */
function keyId(key: KeyObject): Buffer {
  return createHash("sha256").update(publicKeyInfo(key)).digest().subarray(0, 20);
}
