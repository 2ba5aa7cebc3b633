/** One line of `virsh domifaddr`: name, MAC, protocol, address with its prefix length. */
const LINE = /^\s*(\S+)\s+([0-9a-f]{2}(?::[0-9a-f]{2}){5})\s+(ipv[46])\s+([0-9a-f.:]+)\/\d+\s*$/i;

export interface GuestAddress {
  readonly mac: string;
  readonly ip: string;
}

/** IPv4 first, in the order printed. Pure. */
export const parseAddresses = (printed: string): readonly GuestAddress[] => {
  const rows = printed.split('\n').flatMap((line) => {
    const [, , mac, protocol, ip] = LINE.exec(line) ?? [];
    return mac === undefined || ip === undefined ? [] : [{ mac: mac.toLowerCase(), ip, v4: protocol === 'ipv4' }];
  });
  return rows.toSorted((a, b) => Number(b.v4) - Number(a.v4)).map(({ mac, ip }) => ({ mac, ip }));
};
