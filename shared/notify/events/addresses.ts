import { BlockList, isIP } from "node:net";

/**
 * Where the app may send what happened: an address of the internet; a private one only where the setting says so; and never
 * one that stands for this machine's platform, for many, or for nothing.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export type AddressKind = "public" | "private" | "never";

type Subnet = readonly [network: string, prefix: number];

const list = (type: "ipv4" | "ipv6", subnets: readonly Subnet[]): BlockList => {
  const made = new BlockList();
  for (const [network, prefix] of subnets) made.addSubnet(network, prefix, type);
  return made;
};

const PRIVATE_V4 = list("ipv4", [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
]);

const NEVER_V4 = list("ipv4", [
  ["0.0.0.0", 8],
  // Azure's own: a virtual machine's or a function's platform answers there.
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ["168.63.129.16", 32],
  // Link-local, and so the metadata services of clouds.
  ["169.254.0.0", 16],
  // Within the private ones, and another cloud's.
  ["100.100.100.200", 32],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
]);

const PRIVATE_V6 = list("ipv6", [
  ["::1", 128],
  ["fc00::", 7],
]);

/** All that IANA has given out so far; what is elsewhere carries an IPv4 address, or leads nowhere on the internet. */
const GLOBAL_V6 = list("ipv6", [["2000::", 3]]);

const NEVER_V6 = list("ipv6", [
  // Teredo and other protocols; what documentation uses; 6to4, which carries an IPv4 address.
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
  // The metadata services of other clouds, within the private ones.
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
]);

/** Of which kind an address is. What is no address, or names a zone, is of none to which anything is sent. */
export function kindOfAddress(address: string): AddressKind {
  switch (address.includes("%") ? 0 : isIP(address)) {
    case 4:
      if (NEVER_V4.check(address, "ipv4")) return "never";
      return PRIVATE_V4.check(address, "ipv4") ? "private" : "public";
    case 6:
      if (NEVER_V6.check(address, "ipv6")) return "never";
      if (PRIVATE_V6.check(address, "ipv6")) return "private";
      return GLOBAL_V6.check(address, "ipv6") ? "public" : "never";
    default:
      return "never";
  }
}

/** The address that the host of a URL spells; null when it is a name. */
export function addressIn(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 ? null : bare;
}
