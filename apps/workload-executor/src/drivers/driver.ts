import type { AxionError } from '@axion/core';
import type { DesiredState, SpecOf, WorkloadType } from '../workload/spec.ts';

/** One revision of one workload, as a driver is asked to bring it about. */
export interface Wanted<T extends WorkloadType = WorkloadType> {
  /** Validated: `[A-Za-z0-9][A-Za-z0-9_.-]{0,127}`, so it is safe in names of files and objects. */
  readonly id: string;
  readonly revision: string;
  readonly desired: DesiredState;
  readonly spec: SpecOf[T];
  /**
   * Opaque text (the sealed spec, a few kB). Stored with what is made (a label, the domain's metadata, a file beside the
   * Compose file) and given back in `Instance.memo`: with it a lost state is recovered whole.
   */
  readonly memo: string;
}

/** `running` includes a start whose health is still open; say so in `message`. `failed`: it ended by itself, badly, or part of it did. */
export type InstanceState = 'running' | 'stopped' | 'failed';

/** What a runtime has of a workload, read from it and from its labels alone. */
export interface Instance {
  readonly id: string;
  /** As labelled; `undefined`: it was made by hand or by something that kept none. */
  readonly revision: string | undefined;
  readonly memo: string | undefined;
  readonly state: InstanceState;
  readonly message: string;
  /** Keys that clients print: `container.state`, `vm.primary_ip`, … Values bounded. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The runtime itself brings it back (an engine's restart policy at work): starting it is not our business. */
  readonly selfHealing: boolean;
  /** It ended as it should (exit code 0 under a policy of `no` or `on-failure`): nothing to start again. */
  readonly completed: boolean;
  /** The revision is not the only thing that stands: parts of an older or half-made one are left. `replace` tidies them. */
  readonly mixed: boolean;
}

/**
 * The answer of a runtime that may not answer. **Unknown is not gone**: from `unknown` nothing follows, nothing is
 * deleted, recreated or reported missing. A driver gives `unknown` for every error and time-out while looking; it throws
 * only when its signal is aborted.
 */
export type Observed<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly because: AxionError };

/** All workloads of a runtime, and of which of them nothing more could be learnt: it answers for the others. */
export type Sighting = Observed<ReadonlyMap<string, Instance>> & { readonly silent?: ReadonlyMap<string, AxionError> };

/** Absence that was seen, as opposed to not seen. */
export type Found = Instance | 'absent';

export interface Usage {
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
  readonly netRxBytes: number;
  readonly netTxBytes: number;
  /** Milliseconds since 1970. */
  readonly collectedAt: number;
  /** What measured it: `sampler`, `docker`, `virsh`. */
  readonly source: string;
}

export interface RemoveOptions {
  /** Also data whose `retain_policy` is `delete`. Named volumes and disks otherwise always stay. */
  readonly data: boolean;
}

/**
 * A runtime, in the words of workloads.
 *
 * Every method may be called again after a kill at any instruction and then ends the same. Calls for one id never
 * overlap; calls for different ids do. A destructive step looks at the label again first, and touches only what carries
 * this workload's id. Errors are `AxionError`s whose `reason` is the driver's own word (`IMAGE_NOT_FOUND`,
 * `PORT_IN_USE`, `VOLUME_DRIVER_UNAVAILABLE`, `VM_BOOT_FAILED`, …); `workload/failure-reason.ts` maps them to what clients
 * know, and `retryable` says whether trying again can help. `details.field` names the field of a bad spec.
 */
export interface Driver<T extends WorkloadType = WorkloadType> {
  readonly type: T;

  /** The fields of a spec, without touching anything. Throws `INVALID_ARGUMENT` with `details.field`. Fast: it stands before every accepted apply. */
  validate(id: string, spec: SpecOf[T]): void;

  /**
   * Everything that can fail before what runs is touched: pull, check ports, disk, memory, write a draft. `standing` is what
   * is there now, or `undefined` when that is not known yet; a driver may then look itself. Leaves nothing running and
   * changes nothing that runs.
   */
  prepare(wanted: Wanted<T>, standing: Found | undefined, signal: AbortSignal): Promise<void>;

  /**
   * Puts the revision in the place of whatever stands under the id (or makes it, when nothing does), in the desired state,
   * and removes what it replaced. Throws with the former one running again when it cannot be done. Never removes data.
   */
  replace(wanted: Wanted<T>, standing: Found | undefined, signal: AbortSignal): Promise<Instance>;

  /** Starts what stands, as it is. `NOT_FOUND` when nothing does. */
  start(id: string, signal: AbortSignal): Promise<void>;

  /** Stops it gracefully within the driver's own grace time, then by force. That it is stopped, or absent, is no error. */
  stop(id: string, signal: AbortSignal): Promise<void>;

  /** Removes everything of the id that carries its label; data only as `options` say. That it is gone is no error; whatever could not be removed is. `spec` is what is known of it. */
  remove(id: string, spec: SpecOf[T] | undefined, options: RemoveOptions, signal: AbortSignal): Promise<void>;

  /** All workloads of this type on the runtime, ours by label: one or two calls, never one for each workload. */
  observe(signal: AbortSignal): Promise<Sighting>;

  /** One workload, with everything its status tells. */
  inspect(id: string, signal: AbortSignal): Promise<Observed<Found>>;

  /** What a start finds half done and no observation shows (drafts, lock files, child processes of a killed run): put right or tidied, once, before the first pass. */
  recover(known: ReadonlySet<string>, signal: AbortSignal): Promise<void>;

  /** Images that it takes to bring up again what was placed or is being placed, where its spec alone does not name them. */
  images?(): Promise<readonly string[]>;

  /** What these use now; missing: not measured. Cheap enough for every status call. */
  usage(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Usage>>;

  /** Tells of ids on which something happened, and of every (re)connection (`undefined`: look at all). Resolves when `signal` is aborted; reconnects by itself, never rejects. */
  follow(onChange: (id: string | undefined) => void, signal: AbortSignal): Promise<void>;

  /** The runtime's state in words for HealthCheck, e.g. `Docker Engine 28.3`. Throws when it does not answer. */
  probe(signal: AbortSignal): Promise<string>;
}
