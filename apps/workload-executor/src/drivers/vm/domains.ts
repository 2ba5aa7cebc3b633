import { AxionError } from '@axion/core';
import { domainState } from './domain-state.ts';
import type { Domain } from './domain.ts';
import { parseAddresses } from './parse-addresses.ts';
import { parseDomain } from './parse-domain.ts';
import { parseStats } from './parse-stats.ts';
import type { Virsh, VirshCommand } from './virsh.ts';
import type { SeenDomain } from './vm-view.ts';

/** Domains asked about in one process. */
const BATCH = 50;

const questions = (uuid: string): readonly VirshCommand[] => [
  ['dumpxml', '--inactive', uuid],
  ['dumpxml', uuid],
  ['domstats', '--state', '--raw', uuid],
  ['domifaddr', '--source', 'lease', uuid],
  ['domifaddr', '--source', 'arp', uuid],
];

const COMMANDS = questions('').length;

const seenDomain = ([inactive = '', live = '', stats = '', leases = '', arp = '']: readonly string[]): SeenDomain | undefined => {
  const defined = parseDomain(inactive);
  if (defined === undefined) return undefined;
  const [counted] = parseStats(stats).values();
  const state = domainState(Number(counted?.get('state.state') ?? 0), Number(counted?.get('state.reason') ?? 0));
  const macs = new Set(defined.interfaces.map(({ mac }) => mac));
  // The guest's own agent is not asked: one that hangs would hold up the look at every other domain.
  const told = [...parseAddresses(leases), ...parseAddresses(arp)].filter(({ mac, ip }) => macs.has(mac) && ip !== '127.0.0.1' && !ip.startsWith('fe80:'));
  const addresses = told.filter((each, index) => told.findIndex(({ ip }) => ip === each.ip) === index);
  const running: Domain | undefined = state.active ? parseDomain(live) : undefined;
  return { defined, running, state, addresses };
};

/**
 * Looks at domains: two processes for all of them, however many there are, and one for a single one that is there.
 *
 * Invariant: only what is missing from libvirt's own list is absent. A domain on the list that cannot be read makes the
 * whole look fail.
 */
export class Domains {
  readonly #virsh: Virsh;

  constructor(virsh: Virsh) {
    this.#virsh = virsh;
  }

  /** Those that carry our mark, by workload. */
  async ours(signal: AbortSignal): Promise<ReadonlyMap<string, SeenDomain>> {
    const seen = await this.#look(await this.#list('--uuid', signal), '--uuid', signal);
    return new Map(seen.flatMap((each) => (each.defined.mark === undefined ? [] : [[each.defined.mark.workload, each]])));
  }

  /** Files and devices that other domains, whoever made them, have as disks they write. */
  async disksBeside(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const seen = await this.#look(await this.#list('--uuid', signal), '--uuid', signal);
    const beside = seen.filter(({ defined }) => defined.name !== name);
    return beside.flatMap(({ defined, running }) => [...defined.disks, ...(running?.disks ?? [])].flatMap(({ source, readOnly }) => (source === undefined || readOnly ? [] : [source.path])));
  }

  /** The domain of that name, whoever made it. `undefined`: libvirt says there is none. */
  async named(name: string, signal: AbortSignal): Promise<SeenDomain | undefined> {
    const seen = seenDomain(await this.#virsh.ask('read the domain', questions(name), signal));
    if (seen?.defined.name === name) return seen;
    const listed = await this.#list('--name', signal);
    return listed.includes(name) ? (await this.#look([name], '--name', signal))[0] : undefined;
  }

  async #list(by: '--uuid' | '--name', signal: AbortSignal): Promise<readonly string[]> {
    return (await this.#virsh.run('list the domains', ['list', '--all', by], signal)).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  }

  async #look(keys: readonly string[], by: '--uuid' | '--name', signal: AbortSignal): Promise<readonly SeenDomain[]> {
    const found: SeenDomain[] = [];
    const unread: string[] = [];
    for (let at = 0; at < keys.length; at += BATCH) {
      const batch = keys.slice(at, at + BATCH);
      const answers = await this.#virsh.ask('read the domains', batch.flatMap(questions), signal);
      for (const [index, key] of batch.entries()) {
        const seen = seenDomain(answers.slice(index * COMMANDS, (index + 1) * COMMANDS));
        if (seen === undefined) unread.push(key);
        else found.push(seen);
      }
    }
    if (unread.length === 0) return found;
    const listed = new Set(await this.#list(by, signal));
    const silent = unread.filter((key) => listed.has(key));
    if (silent.length > 0) throw new AxionError('UNAVAILABLE', `libvirt has the domains ${silent.join(', ')} and does not show them`, { reason: 'LIBVIRT_UNREACHABLE' });
    return found;
  }
}
