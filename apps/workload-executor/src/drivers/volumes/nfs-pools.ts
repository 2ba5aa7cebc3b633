import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asAxionError, AxionError, Lanes } from '@axion/core';
import { XMLBuilder } from 'fast-xml-parser';
import { GB } from '../vm/disk-image.ts';
import type { Virsh } from '../vm/virsh.ts';
import type { NfsSource } from './nfs-source.ts';
import { reachNfsServer } from './nfs-server.ts';
import { IMAGE_FORMAT } from './volume-driver.ts';

/**
 * `soft`: a server that is gone gives errors after 5 + 10 + 15 s instead of processes that cannot be ended; the machine waits then.
 * `lookupcache=positive`: what another node made a moment ago is seen before it is made again.
 */
const OPTIONS = ['soft', 'timeo=50', 'retrans=2', 'retry=0', 'lookupcache=positive'];
const WIDTH = 8;

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });

const hostOf = (server: string): string => (server.includes(':') ? `[${server}]` : server);
const exportOf = ({ server, path }: NfsSource): string => `${hostOf(server)}:${path}`;

/** https://libvirt.org/formatstorage.html#mount-options. Pure. */
const poolXml = (name: string, { server, path, version, port }: NfsSource, target: string): string => {
  const options = [...OPTIONS, ...(version === undefined ? [] : [`nfsvers=${version}`]), ...(port === undefined ? [] : [`port=${port}`])];
  return builder.build({
    pool: {
      '@type': 'netfs',
      '@xmlns:fs': 'http://libvirt.org/schemas/storagepool/fs/1.0',
      name,
      source: { host: { '@name': hostOf(server) }, dir: { '@path': path }, format: { '@type': 'nfs' } },
      target: { path: target },
      'fs:mount_opts': { 'fs:option': options.map((option) => ({ '@name': option })) },
    },
  });
};

/** The list of mounts has the way without links; only of the folder, because a look at the place itself waits for its server. Where that is not, nothing is mounted. */
const resolved = async (place: string): Promise<string> => join(await realpath(dirname(place)).catch(() => dirname(place)), basename(place));

/** Mount points escape spaces and the like as octal numbers. */
const isMounted = async (place: string, list: () => Promise<string>): Promise<boolean> => {
  const mounts = await list();
  const escaped = (await resolved(place)).replaceAll(/[\s\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return mounts.split('\n').some((line) => line.split(' ')[1] === escaped);
};

/** A mounted export. */
export interface NfsPool {
  readonly name: string;
  /** Where it is mounted, for libvirt and QEMU. */
  readonly path: string;
}

export interface NfsPoolsOptions {
  readonly virsh: Pick<Virsh, 'run'>;
  /** `[workloads].volumes_dir`. */
  readonly folder: string;
  /** Exports that volumes of defined machines are on. */
  readonly inUse: (signal: AbortSignal) => Promise<readonly NfsSource[]>;
  /** Throws when the server does not answer. Default: it is asked. */
  readonly answers?: (source: NfsSource, signal: AbortSignal) => Promise<void>;
  /** What is mounted, in the form of /proc/self/mounts, which is the default. */
  readonly mounts?: () => Promise<string>;
}

/**
 * NFS exports as storage pools of libvirt, which mounts them and keeps the images on them: it is root, and in the host's own namespace;
 * the agent is neither.
 *
 * Invariants: an export is mounted once, as libvirt demands, however many machines have a volume on it; work on one export is
 * done one thing at a time; nothing is written where the export is not mounted; an image that exists is never made again.
 */
export class NfsPools {
  readonly #options: NfsPoolsOptions;
  readonly #lanes = new Lanes(WIDTH);

  constructor(options: NfsPoolsOptions) {
    this.#options = options;
  }

  /** Where the export is, or will be, mounted. */
  of(source: NfsSource): NfsPool {
    const name = createHash('sha256').update(exportOf(source)).digest('hex').slice(0, 12);
    // No id of a workload begins with a dot.
    return { name: `axion-nfs-${name}`, path: join(this.#options.folder, '.nfs', name) };
  }

  /** Mounts it. @throws {AxionError} `STORAGE_ERROR` in the words of the mount; `STORAGE_AWAY` when the server does not answer */
  open(source: NfsSource, signal: AbortSignal): Promise<void> {
    return this.#alone(source, 'mount', () => this.#open(source, signal));
  }

  /** Mounts it and looks at what is there: with a server that does not answer it fails. */
  reach(source: NfsSource, signal: AbortSignal): Promise<void> {
    return this.#alone(source, 'read', async () => {
      await this.#open(source, signal);
      await this.#refresh(source, signal);
    });
  }

  /** The size of an image, bytes; one that is not there is made with `sizeGb`. */
  provide(source: NfsSource, image: string, sizeGb: number, signal: AbortSignal): Promise<number> {
    return this.#alone(source, 'use', async () => {
      await this.#open(source, signal);
      const found = await this.#sizeOf(source, image, signal);
      if (found !== undefined) return found;
      await this.#options.virsh.run(`create disk ${image} on ${exportOf(source)}`, ['vol-create-as', this.of(source).name, image, `${sizeGb}G`, '--format', IMAGE_FORMAT], signal);
      return sizeGb * GB;
    });
  }

  /** Removes an image with its data. That it is gone is no error. */
  remove(source: NfsSource, image: string, signal: AbortSignal): Promise<void> {
    return this.#alone(source, 'use', async () => {
      await this.#open(source, signal);
      if ((await this.#sizeOf(source, image, signal)) === undefined) return;
      await this.#options.virsh.run(`remove disk ${image} on ${exportOf(source)}`, ['vol-delete', image, '--pool', this.of(source).name], signal);
    });
  }

  /** Unmounts it, unless a machine has a volume on it. Where that cannot be done now, it stays mounted and does no harm. */
  async close(source: NfsSource, signal: AbortSignal): Promise<void> {
    const { name, path } = this.of(source);
    await this.#alone(source, 'unmount', async () => {
      const others = await this.#options.inUse(signal);
      if (others.some((other) => this.of(other).name === name) || !(await this.#isActive(name, signal))) return;
      await this.#options.virsh.run(`unmount ${exportOf(source)}`, ['pool-destroy', name], signal);
      await rmdir(path).catch(() => undefined);
    }).catch(() => signal.throwIfAborted());
  }

  async #open(source: NfsSource, signal: AbortSignal): Promise<void> {
    const { name, path } = this.of(source);
    const { virsh, answers = reachNfsServer, mounts = () => readFile('/proc/self/mounts', 'utf8') } = this.#options;
    await answers(source, signal);
    if (await this.#isActive(name, signal)) {
      if (await isMounted(path, mounts)) return;
      // Unmounted by hand: what is written there now would be on this node's own disk.
      await virsh.run(`close ${exportOf(source)}`, ['pool-destroy', name], signal);
    }
    await mkdir(path, { recursive: true, mode: 0o711 });
    await virsh.run(`mount ${exportOf(source)}`, ['pool-create', '/dev/stdin'], signal, poolXml(name, source, path));
  }

  async #isActive(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#options.virsh.run('list the storage pools', ['pool-list', '--name'], signal)).split('\n').some((line) => line.trim() === name);
  }

  async #refresh(source: NfsSource, signal: AbortSignal): Promise<void> {
    await this.#options.virsh.run(`read ${exportOf(source)}`, ['pool-refresh', this.of(source).name], signal);
  }

  async #sizeOf(source: NfsSource, image: string, signal: AbortSignal): Promise<number | undefined> {
    const known = await this.#look(source, image, signal);
    if (known !== undefined) return known;
    // libvirt knows what was there when it looked last.
    await this.#refresh(source, signal);
    return this.#look(source, image, signal);
  }

  async #look(source: NfsSource, image: string, signal: AbortSignal): Promise<number | undefined> {
    let xml: string;
    try {
      xml = await this.#options.virsh.run(`read disk ${image} on ${exportOf(source)}`, ['vol-dumpxml', image, '--pool', this.of(source).name], signal);
    } catch (error) {
      if (asAxionError(error).reason === 'NO_VOLUME') return undefined;
      throw error;
    }
    const [, bytes] = /<capacity unit=["']bytes["']>(\d+)</.exec(xml) ?? [];
    const [, format = 'unknown'] = /<format type=["']([^"']*)["']/.exec(xml) ?? [];
    if (bytes !== undefined && format === IMAGE_FORMAT) return Number(bytes);
    throw new AxionError('FAILED_PRECONDITION', `${image} on ${exportOf(source)} is no ${IMAGE_FORMAT} image but of format ${format}; look at what it is, and move it away`, { reason: 'STORAGE_ERROR', retryable: false });
  }

  async #alone<T>(source: NfsSource, what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#lanes.run(this.of(source).name, work);
    } catch (thrown) {
      throw storageError(asAxionError(thrown), what, source);
    }
  }
}

const SILENCE = /connection (?:refused|timed out|reset)|no route to host|network is unreachable|host is down|input\/output error|did not answer/i;

/** An error of libvirt's in the words of whoever mounted. */
const storageError = (error: AxionError, what: string, source: NfsSource): AxionError => {
  const silent = error.cause instanceof AxionError && error.cause.code === 'DEADLINE_EXCEEDED';
  if (error.reason === 'LIBVIRT_UNREACHABLE' && !silent) return error;
  if (error.code === 'INVALID_ARGUMENT' || error.reason === 'STORAGE_AWAY' || error.code === 'CANCELLED') return error;
  const [, words = error.message] = /(mount\.nfs: .*|cannot open .*|cannot stat .*)$/s.exec(error.message) ?? [];
  const away = silent || SILENCE.test(words);
  const text = silent ? 'its server does not answer' : words.trim();
  return new AxionError(away ? 'UNAVAILABLE' : 'FAILED_PRECONDITION', `cannot ${what} ${exportOf(source)}: ${text}`, { reason: away ? 'STORAGE_AWAY' : 'STORAGE_ERROR', retryable: away || error.retryable, details: { export: exportOf(source) }, cause: error });
};
