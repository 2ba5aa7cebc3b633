import type { NetworkSpec } from '@axion/compose';
import type { Network } from '@axion/docker-engine';
import type { FieldPath } from './step.ts';

/** Options that the engine adds by itself. */
const ENGINE_OPTIONS = /^com\.docker\.network\.driver\.overlay\.vxlanid_list$/;

const sameMap = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const lines = (map: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(map).filter(([key]) => !ENGINE_OPTIONS.test(key)).sort(([x], [y]) => (x < y ? -1 : 1)));
  return lines(a) === lines(b);
};

/** Where a network differs from what is wanted. Labels are left out: they can never be changed, and nothing depends on them. */
export const networkDifferences = (wanted: NetworkSpec, found: Network): readonly FieldPath[] => {
  const subnets = (wanted.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []);
  const differences: readonly (readonly [FieldPath, boolean])[] = [
    ['Driver', (wanted.Driver || 'overlay') === found.driver],
    ['Internal', wanted.Internal === found.internal],
    ['Attachable', wanted.Attachable === found.attachable],
    ['Options', sameMap(wanted.Options ?? {}, found.options)],
    ['IPAM.Driver', (wanted.IPAM?.Driver || 'default') === found.ipam.driver],
    // Without a wish the engine picks one.
    ['IPAM.Config', subnets.every((subnet) => found.ipam.subnets.includes(subnet))],
  ];
  return differences.filter(([, same]) => !same).map(([path]) => path);
};
