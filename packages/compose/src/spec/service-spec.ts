/**
 * A Swarm service as the Docker Engine API takes it (POST /services/create), field for field, so a value can be sent
 * after its references are resolved. Absent means absent on the wire.
 * Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Service
 */
export type Labels = Readonly<Record<string, string>>;

export interface EngineServiceSpec {
  readonly Name: string;
  readonly Labels: Labels;
  readonly TaskTemplate: TaskTemplate;
  readonly Mode: ServiceMode;
  readonly UpdateConfig?: UpdateConfig;
  readonly RollbackConfig?: UpdateConfig;
  readonly EndpointSpec: EndpointSpec;
}

export interface TaskTemplate {
  readonly ContainerSpec: ContainerSpec;
  readonly Resources: Resources;
  readonly RestartPolicy?: RestartPolicy;
  readonly Placement: Placement;
  /** `Target` is the network's NAME until `bindReferences` puts its id there. */
  readonly Networks: readonly NetworkAttachment[];
  readonly LogDriver?: Driver;
  readonly ForceUpdate: number;
}

export interface ContainerSpec {
  readonly Image: string;
  readonly Labels: Labels;
  readonly Command?: readonly string[];
  readonly Args?: readonly string[];
  readonly Hostname?: string;
  readonly Env?: readonly string[];
  readonly Dir?: string;
  readonly User?: string;
  readonly Privileges: Privileges;
  readonly Init?: boolean;
  readonly StopSignal?: string;
  readonly TTY?: boolean;
  readonly OpenStdin?: boolean;
  readonly ReadOnly?: boolean;
  readonly Mounts?: readonly Mount[];
  /** Nanoseconds. */
  readonly StopGracePeriod?: number;
  readonly Healthcheck?: Healthcheck;
  readonly Hosts?: readonly string[];
  readonly DNSConfig?: { readonly Nameservers?: readonly string[]; readonly Search?: readonly string[] };
  readonly Secrets?: readonly SecretReference[];
  readonly Configs?: readonly ConfigReference[];
  readonly Isolation?: string;
  readonly Sysctls?: Labels;
  readonly CapabilityAdd?: readonly string[];
  readonly CapabilityDrop?: readonly string[];
  readonly Ulimits?: readonly { readonly Name: string; readonly Hard: number; readonly Soft: number }[];
}

export interface Privileges {
  readonly CredentialSpec: CredentialSpec | null;
  readonly SELinuxContext: null;
  readonly NoNewPrivileges: boolean;
}

/** `Config` is the config's NAME until `bindReferences` puts its id there. */
export interface CredentialSpec {
  readonly Config: string;
  readonly File: string;
  readonly Registry: string;
}

export interface ReferenceFile {
  readonly Name: string;
  readonly UID: string;
  readonly GID: string;
  readonly Mode: number;
}

export interface SecretReference {
  readonly File: ReferenceFile;
  /** Absent until `bindReferences` looked it up by `SecretName`. */
  readonly SecretID?: string;
  readonly SecretName: string;
}

export interface ConfigReference {
  readonly File?: ReferenceFile;
  /** Used by the container runtime (credential specs) instead of being mounted. */
  readonly Runtime?: Readonly<Record<string, never>>;
  /** Absent until `bindReferences` looked it up by `ConfigName`. */
  readonly ConfigID?: string;
  readonly ConfigName: string;
}

export interface Mount {
  /** `volume` when absent. */
  readonly Type?: string;
  readonly Source?: string;
  readonly Target?: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: { readonly Propagation?: string };
  readonly VolumeOptions?: { readonly NoCopy?: boolean; readonly Labels?: Labels; readonly Subpath?: string; readonly DriverConfig?: Driver };
  readonly ImageOptions?: { readonly Subpath?: string };
  readonly TmpfsOptions?: { readonly SizeBytes?: number };
  readonly ClusterOptions?: Readonly<Record<string, never>>;
}

/** Durations in nanoseconds; absent ones are inherited from the image. */
export interface Healthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface Resources {
  readonly Limits?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number; readonly Pids?: number };
  readonly Reservations?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number; readonly GenericResources?: readonly GenericResource[] };
}

export interface GenericResource {
  readonly DiscreteResourceSpec?: { readonly Kind?: string; readonly Value?: number };
}

/** Durations in nanoseconds. */
export interface RestartPolicy {
  readonly Condition?: string;
  readonly Delay?: number;
  readonly MaxAttempts?: number;
  readonly Window?: number;
}

export interface Placement {
  readonly Constraints?: readonly string[];
  readonly Preferences?: readonly { readonly Spread: { readonly SpreadDescriptor: string } }[];
  readonly MaxReplicas?: number;
  /** Set after the image was looked up in its registry. */
  readonly Platforms?: readonly { readonly Architecture?: string; readonly OS?: string }[];
}

export interface NetworkAttachment {
  readonly Target: string;
  readonly Aliases?: readonly string[];
  readonly DriverOpts?: Labels;
}

export interface Driver {
  readonly Name?: string;
  readonly Options?: Labels;
}

export interface ServiceMode {
  readonly Replicated?: { readonly Replicas?: number };
  readonly Global?: Readonly<Record<string, never>>;
  readonly ReplicatedJob?: { readonly MaxConcurrent?: number; readonly TotalCompletions?: number };
  readonly GlobalJob?: Readonly<Record<string, never>>;
}

/** Durations in nanoseconds. */
export interface UpdateConfig {
  readonly Parallelism: number;
  readonly Delay?: number;
  readonly FailureAction?: string;
  readonly Monitor?: number;
  readonly MaxFailureRatio: number;
  readonly Order: string;
}

export interface EndpointSpec {
  readonly Mode?: string;
  readonly Ports?: readonly PortConfig[];
}

export interface PortConfig {
  readonly Protocol?: string;
  readonly TargetPort?: number;
  readonly PublishedPort?: number;
  readonly PublishMode?: string;
}
