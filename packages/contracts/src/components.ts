/** What a component may touch outside the bus. Units, containers and the supervisor grant exactly this. */
export interface ComponentTouches {
  /** `loopback`: the bus alone; `out`: connections to other hosts; `listen`: a TCP port of its own, and no further than the `bind` beside its key. */
  readonly network: 'loopback' | 'out' | 'listen';
  /** Configuration keys of the TCP ports it listens on. */
  readonly ports?: readonly string[];
  readonly docker?: boolean;
  /** Configuration key that switches on its use of libvirt. */
  readonly libvirt?: string;
  /** Whether it starts programs of the host (Compose, virsh, qemu-img), several at a time and each with threads of its own. */
  readonly programs?: boolean;
  /** Host paths it reads beyond its configuration. */
  readonly reads?: readonly string[];
  /** Folders under `agent.data_dir` that are its own to write. */
  readonly owns?: readonly string[];
  /** Configuration keys of folders elsewhere that are its own to write, and that what it starts on the host gets through. */
  readonly ownsAt?: readonly string[];
  /** Whether it needs the enrolment token, or the Kafka passwords. */
  readonly secrets?: readonly ('token' | 'kafka')[];
}

/** One process of the agent as `axion run` starts it and `axion systemd generate` writes it. The folder is `apps/<name>`. */
export interface ComponentSpec {
  readonly name: string;
  /** One line, the `Description=` of its unit. */
  readonly description: string;
  /** Whether several instances share the work (`axion-<name>@.service`, `AXION_INSTANCE`). */
  readonly instances: boolean;
  /** Configuration keys, any of which switches it on; empty: always on. */
  readonly enabledBy: readonly string[];
  readonly touches: ComponentTouches;
}

export const COMPONENTS = [
  {
    name: 'swarm-executor',
    description: 'Axion: owns the Swarm stacks of this node',
    instances: true,
    enabledBy: [],
    touches: { network: 'out', docker: true, owns: ['swarm'] },
  },
  {
    name: 'workload-executor',
    description: 'Axion: keeps containers, Compose applications and virtual machines as asked',
    // One process knows the state of all workloads; it hands work on by ending.
    instances: false,
    enabledBy: ['workloads.enabled'],
    touches: { network: 'out', docker: true, libvirt: 'workloads.vm', programs: true, reads: ['/proc'], owns: ['workloads'], ownsAt: ['workloads.volumes_dir'] },
  },
  {
    name: 'command-worker',
    description: 'Axion: commands from Kafka, events to Kafka',
    instances: false,
    enabledBy: ['kafka.enabled'],
    touches: { network: 'out', secrets: ['kafka'] },
  },
  {
    name: 'control-link',
    description: 'Axion: enrolment, heartbeats and metrics to the control plane',
    instances: false,
    // Also without a control plane: it writes the agent's identity, which the others wait for.
    enabledBy: [],
    touches: { network: 'out', owns: ['control-link'], secrets: ['token'] },
  },
  {
    name: 'telemetry-sampler',
    description: 'Axion: samples of the host and its containers',
    instances: false,
    enabledBy: ['telemetry.enabled'],
    touches: { network: 'loopback', reads: ['/sys', '/proc'] },
  },
  {
    name: 'local-gateway',
    description: 'Axion: the doors on this host and the Persys agent API',
    instances: false,
    enabledBy: ['local.enabled', 'agent_api.enabled'],
    touches: { network: 'listen', ports: ['local.grpc_local_port', 'agent_api.port'] },
  },
  {
    name: 'health-endpoint',
    description: 'Axion: health, metrics and the status page',
    instances: false,
    enabledBy: [],
    touches: { network: 'listen', ports: ['health.port'] },
  },
] as const satisfies readonly ComponentSpec[];

export type ComponentName = (typeof COMPONENTS)[number]['name'];

/** The value of a key that the manifest names, e.g. `health.port`, in the effective configuration. */
export const valueAt = (config: Readonly<Record<string, unknown>>, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config);

/** Whether `config` (the effective configuration) switches the component on. */
export const isEnabled = (component: ComponentSpec, config: Readonly<Record<string, unknown>>): boolean =>
  component.enabledBy.length === 0 || component.enabledBy.some((path) => valueAt(config, path) === true);
