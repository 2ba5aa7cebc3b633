/** What a workload is to be, in the shape of `persys.agent.v1` (proto/persys/agent/v1/workload.proto says what each field means). */
export type WorkloadType = 'container' | 'compose' | 'vm';
export type DesiredState = 'running' | 'stopped';

export interface VolumeMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  /** `tcp` or `udp`; empty: tcp. */
  readonly protocol: string;
}

/** Upper bounds; 0 is none. */
export interface ResourceLimits {
  readonly cpuShares: number;
  readonly memoryBytes: number;
  readonly memorySwapBytes: number;
}

export interface RestartPolicy {
  /** `no`, `always`, `unless-stopped` or `on-failure`; empty: the agent's reconciler alone looks after it. */
  readonly policy: string;
  readonly maxRetryCount: number;
}

export interface ManagedVolumeSpec {
  readonly name: string;
  /** `local`, `nfs` or `ceph-rbd`; empty: local. */
  readonly driver: string;
  readonly sizeGb: number;
  readonly accessMode: string;
  readonly fsType: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** `delete`: the data goes when the workload is deleted; everything else keeps it. */
  readonly retainPolicy: string;
}

export interface ContainerSpec {
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly VolumeMount[];
  readonly ports: readonly PortMapping[];
  readonly resources?: ResourceLimits | undefined;
  readonly restartPolicy?: RestartPolicy | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly managedVolumes: readonly ManagedVolumeSpec[];
}

export interface ComposeSpec {
  readonly projectName: string;
  /** The file's text, inline or as base64. */
  readonly composeYaml: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface DiskConfig {
  readonly path: string;
  readonly device: string;
  readonly format: string;
  readonly sizeGb: number;
  readonly type: string;
  readonly boot: boolean;
}

export interface NetworkConfig {
  readonly network: string;
  readonly macAddress: string;
  readonly ipAddress: string;
}

export interface CloudInitConfig {
  readonly userData: string;
  readonly metaData: string;
  readonly networkConfig: string;
  readonly vendorData: string;
}

export interface VmSpec {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly disks: readonly DiskConfig[];
  readonly networks: readonly NetworkConfig[];
  readonly cloudInit: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly cloudInitConfig?: CloudInitConfig | undefined;
  readonly managedVolumes: readonly ManagedVolumeSpec[];
}

/** The spec of each type; `type` is the field of the oneof. */
export interface SpecOf {
  readonly container: ContainerSpec;
  readonly compose: ComposeSpec;
  readonly vm: VmSpec;
}

export type AnySpec = { readonly [T in WorkloadType]: { readonly type: T; readonly spec: SpecOf[T] } }[WorkloadType];
