import { goText } from '../yaml/go-text.ts';
import { isMap, type Value, type ValueMap } from '../yaml/value.ts';
import type { StringMap } from '../model.ts';
import { byBytes } from './byte-order.ts';

/** Labels, sysctls and options: a mapping, or a list of `key=value`; what has no value gets an empty one. */
export const stringMapOf = (value: ValueMap | readonly Value[]): StringMap => {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, item]) => [key, item === null ? '' : goText(item)]));
  return Object.fromEntries(
    value.map((item) => {
      const entry = goText(item);
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
};

/**
 * `extra_hosts` as `host:ip`. A mapping is sorted, a list keeps its order and may use `=` too; entries with neither are
 * dropped, as are brackets around an address.
 */
export const hostsOf = (value: ValueMap | readonly Value[]): readonly string[] => {
  const entries = isMap(value)
    ? [...value].flatMap(([host, ip]) => (ip === null ? [] : [`${host}:${goText(ip)}`])).sort(byBytes)
    : value.flatMap((item) => {
        const [, host, ip] = /^([^=]*)=(.*)$/s.exec(goText(item)) ?? /^([^:]*):(.*)$/s.exec(goText(item)) ?? [];
        return host === undefined ? [] : [`${host}:${ip}`];
      });
  return entries.map((entry) => entry.replace(/^([^:]*):\[(.+)\]$/s, '$1:$2'));
};
