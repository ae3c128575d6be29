import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AddressKind, addressIn, kindOfAddress } from "../../../../shared/notify/events/addresses.ts";

describe("an address", () => {
  test.each<[string, AddressKind]>([
    ["8.8.8.8", "public"],
    ["20.50.2.1", "public"],
    ["172.15.255.255", "public"],
    ["172.32.0.0", "public"],
    ["100.63.255.255", "public"],
    ["168.63.129.17", "public"],
    ["2603:1030:20e:3::23", "public"],
    ["10.0.0.4", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["127.0.0.1", "private"],
    ["127.255.255.254", "private"],
    ["100.64.0.1", "private"],
    ["::1", "private"],
    ["fd12:3456::1", "private"],
    ["fc00::", "private"],
    ["169.254.169.254", "never"],
    ["168.63.129.16", "never"],
    ["fd00:ec2::254", "never"],
    ["fd20:ce::254", "never"],
    ["100.100.100.200", "never"],
    ["0.0.0.0", "never"],
    ["224.0.0.1", "never"],
    ["255.255.255.255", "never"],
    ["198.18.0.1", "never"],
    ["192.0.0.192", "never"],
    ["::", "never"],
    ["fe80::1", "never"],
    ["fe80::1%eth0", "never"],
    ["2001:4860::1%eth0", "never"],
    ["ff02::1", "never"],
    ["fec0::1", "never"],
    ["::ffff:127.0.0.1", "never"],
    ["::ffff:8.8.8.8", "never"],
    ["::127.0.0.1", "never"],
    ["64:ff9b::a9fe:a9fe", "never"],
    ["2002:7f00:1::", "never"],
    ["2001:0:7f00:1::", "never"],
    ["2001:db8::1", "never"],
    ["localhost", "never"],
    ["", "never"],
    ["0x7f.1", "never"],
  ])("%s is %s", (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
});

const byte = fc.nat(255);

describe("laws of addresses", () => {
  test("what every network keeps for itself is never public, however the rest of it looks", () => {
    const kept = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
      fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
      fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
      fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
    );
    fc.assert(
      fc.property(kept, (bytes) => {
        expect(kindOfAddress(bytes.join("."))).not.toBe("public");
      }),
    );
  });

  test("no IPv6 address outside what is given out is public: none that carries an IPv4 address of those", () => {
    const outside = fc.ipV6().filter((address) => !/^[23][0-9a-f]{3}:/i.test(address));
    fc.assert(
      fc.property(outside, (address) => {
        expect(kindOfAddress(address)).not.toBe("public");
      }),
    );
  });

  test("an IPv4 address within an IPv6 address is reached by no spelling", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom("::ffff:", "::", "64:ff9b::", "::ffff:0:"), (v4, prefix) => {
        expect(kindOfAddress(`${prefix}${v4}`)).not.toBe("public");
      }),
    );
  });

  test("an address that a URL's host spells, in whatever way, is seen as one", () => {
    const spellings = (n: number): string[] => [String(n), `0x${n.toString(16)}`, `0${n.toString(8)}`];
    fc.assert(
      fc.property(fc.nat(0xff_ff_ff), fc.nat(2), (rest, spelling) => {
        const { hostname } = new URL(`https://${spellings(0x7f_00_00_00 + rest)[spelling]}/`);

        expect(addressIn(hostname)).not.toBeNull();
        expect(kindOfAddress(addressIn(hostname) ?? "")).toBe("private");
      }),
    );
    expect(addressIn(new URL("https://[::ffff:127.0.0.1]/").hostname)).toBe("::ffff:7f00:1");
    expect(addressIn("hooks.contoso.com")).toBeNull();
  });
});
