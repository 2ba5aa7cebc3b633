import type { PortModel } from '../model.ts';
import { present } from '../present.ts';
import { goText } from '../yaml/go-text.ts';
import { isList, isMap } from '../yaml/value.ts';
import type { Fields } from './fields.ts';
import { parsePortSpec } from './port-spec.ts';
import { expandPortSpec } from './ports.ts';
import type { ReadContext } from './read-context.ts';

/** Go keeps ports in 32 bits. */
const uint32 = (value: number | undefined): number | undefined => (value === undefined ? undefined : value >>> 0 || undefined);

/** `ports` of a service in the file's order, short entries expanded. */
export const servicePorts = (fields: Fields, { warn }: ReadContext): readonly PortModel[] | undefined => {
  const value = fields.raw('ports');
  const items = fields.items('ports');
  if (!isList(value) || items === undefined) return undefined;
  return value.flatMap((entry, at): readonly PortModel[] => {
    const long = items[at];
    if (isMap(entry) && long !== undefined) {
      return [present({ mode: long.text('mode'), target: uint32(long.count('target')), published: uint32(long.count('published')), protocol: long.text('protocol') })];
    }
    if (typeof entry !== 'string' && typeof entry !== 'bigint') return fields.fail('ports', `error decoding 'Ports': invalid type ${typeof entry === 'number' ? 'float64' : typeof entry} for port`);
    const spec = parsePortSpec(goText(entry));
    return typeof spec === 'string' ? fields.fail('ports', `error decoding 'Ports': ${spec}`) : expandPortSpec(spec, warn);
  });
};
