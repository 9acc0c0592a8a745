import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { BlockList, isIPv6, type LookupFunction } from "node:net";

/** Addresses that are not out on the internet: this machine, private networks, link-local (cloud metadata), reserved. */
const inside = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  inside.addSubnet(net, bits, "ipv4");
// Of IPv6 only 2000::/3 is handed out for use on the internet; 2002::/16 and 64:ff9b::/96 can carry a private IPv4.
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const carriers6 = new BlockList();
carriers6.addSubnet("2002::", 16, "ipv6");
carriers6.addSubnet("2001::", 32, "ipv6");

export const isPublicAddress = (address: string): boolean =>
  isIPv6(address)
    ? global6.check(address, "ipv6") && !carriers6.check(address, "ipv6")
    : !inside.check(address, "ipv4");

/**
 * Looks a name up for one connection and hands over only addresses on the internet, so that the address that was checked
 * is the address that is connected to (a name that suddenly points inside our network gets no key of ours).
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    const list = (error ? [] : addresses) as LookupAddress[];
    const [first] = list;
    if (error || !first) return callback(error ?? Object.assign(new Error("no address"), { code: "ENOTFOUND" }), "", 4);
    if (!list.every(({ address }) => isPublicAddress(address)))
      return callback(Object.assign(new Error("not a public address"), { code: "ENOTFOUND" }), "", 4);
    if (options.all) return (callback as unknown as (e: null, list: LookupAddress[]) => void)(null, list);
    callback(null, first.address, first.family);
  });
};
