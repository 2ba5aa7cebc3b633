import type { PortModel } from '../model.ts';
import { joinHostPort, type PortSpec } from './port-spec.ts';

/**
 * The ports that one short entry stands for, one for each published port, in Docker's order: by `port/protocol` as text.
 * Swarm listens on every address, so an address only leads to a warning, given to `warn`.
 */
export const expandPortSpec = (spec: PortSpec, warn: (text: string) => void): readonly PortModel[] => {
  const { target, published, protocol, ip } = spec;
  const dynamic = published !== undefined && target.first === target.last && published.first !== published.last;
  const entries = Array.from({ length: target.last - target.first + 1 }, (_, at) => {
    const port = target.first + at;
    const from = published === undefined ? 0 : published.first + at;
    return { port, from, to: dynamic ? published.last : from, key: `${port}/${protocol}` };
  });
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return entries.flatMap(({ port, from, to, key }) => {
    if (ip !== '' && !/^[0:.]*$/.test(ip)) {
      const shown = published === undefined ? '' : dynamic ? `${from}-${to}` : String(from);
      warn(`ignoring IP-address (${joinHostPort(ip, shown)}:${key}) service will listen on '0.0.0.0'`);
    }
    return Array.from({ length: to - from + 1 }, (_, at): PortModel => ({ mode: 'ingress', target: port, published: from + at, protocol }));
  });
};
