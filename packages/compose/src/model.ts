/**
 * A stack file after reading, interpolation, schema check, normalising and merging: every short form is in its long form,
 * paths are absolute, durations are nanoseconds, sizes are bytes. Absent means "not in the file".
 */
export interface StackModel {
  /** Schema version the files were checked against, `3.13` when they name none. */
  readonly version: string;
  /** Sorted by name. */
  readonly services: readonly ServiceModel[];
  readonly networks: Readonly<Record<string, NetworkModel>>;
  readonly volumes: Readonly<Record<string, VolumeModel>>;
  readonly secrets: Readonly<Record<string, FileObjectModel>>;
  readonly configs: Readonly<Record<string, FileObjectModel>>;
  readonly axion: AxionExtension;
}

/** The top-level `x-axion` key. */
export interface AxionExtension {
  /** `self_heal`: changes made behind the agent's back are put back. Default false. */
  readonly selfHeal: boolean;
  /** `recreate_networks`: changed networks that nothing else uses may be removed and created again. Default false. */
  readonly recreateNetworks: boolean;
  /** `keep_failed`: a first deployment that fails is left for inspection instead of being removed. Default false. */
  readonly keepFailed: boolean;
}

export type StringMap = Readonly<Record<string, string>>;

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface ServiceModel {
  readonly name: string;
  readonly image?: string;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly configs?: readonly FileReferenceModel[];
  readonly secrets?: readonly FileReferenceModel[];
  readonly credentialSpec?: CredentialSpecModel;
  /** What must be so before this service starts, by service name. Docker ignores it. */
  readonly dependsOn?: Readonly<Record<string, DependencyCondition>>;
  readonly deploy?: DeployModel;
  readonly dns?: readonly string[];
  readonly dnsSearch?: readonly string[];
  /** With `env_file` and the process environment applied; `null` is a name without a value. */
  readonly environment?: Readonly<Record<string, string | null>>;
  /** `host:ip` in the file's order. */
  readonly extraHosts?: readonly string[];
  readonly hostname?: string;
  readonly healthcheck?: HealthcheckModel;
  readonly init?: boolean;
  readonly isolation?: string;
  readonly labels?: StringMap;
  readonly logging?: LoggingModel;
  readonly networks?: Readonly<Record<string, ServiceNetworkModel | null>>;
  readonly ports?: readonly PortModel[];
  readonly readOnly?: boolean;
  readonly restart?: string;
  readonly stdinOpen?: boolean;
  readonly stopGracePeriod?: number;
  readonly stopSignal?: string;
  readonly sysctls?: StringMap;
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, UlimitModel>>;
  readonly user?: string;
  readonly volumes?: readonly ServiceVolumeModel[];
  readonly workingDir?: string;
}

export interface FileReferenceModel {
  readonly source?: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: number;
}

export interface CredentialSpecModel {
  readonly config?: string;
  readonly file?: string;
  readonly registry?: string;
}

export interface DeployModel {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: StringMap;
  readonly updateConfig?: UpdateConfigModel;
  readonly rollbackConfig?: UpdateConfigModel;
  readonly resources?: { readonly limits?: ResourceModel; readonly reservations?: ResourceModel };
  readonly restartPolicy?: RestartPolicyModel;
  readonly placement?: PlacementModel;
  readonly endpointMode?: string;
}

export interface UpdateConfigModel {
  readonly parallelism?: number;
  readonly delay?: number;
  readonly failureAction?: string;
  readonly monitor?: number;
  readonly maxFailureRatio?: number;
  readonly order?: string;
}

export interface ResourceModel {
  /** As written (`"0.5"`); an exact decimal. */
  readonly cpus?: string;
  readonly memory?: number;
  readonly pids?: number;
  readonly genericResources?: readonly { readonly discrete?: { readonly kind?: string; readonly value?: number } }[];
}

export interface RestartPolicyModel {
  readonly condition?: string;
  readonly delay?: number;
  readonly maxAttempts?: number;
  readonly window?: number;
}

export interface PlacementModel {
  readonly constraints?: readonly string[];
  readonly preferences?: readonly { readonly spread?: string }[];
  readonly maxReplicas?: number;
}

export interface HealthcheckModel {
  readonly test?: readonly string[];
  readonly timeout?: number;
  readonly interval?: number;
  readonly retries?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly disable?: boolean;
}

export interface LoggingModel {
  readonly driver?: string;
  readonly options?: StringMap;
}

export interface ServiceNetworkModel {
  readonly aliases?: readonly string[];
  readonly driverOpts?: StringMap;
}

export interface PortModel {
  readonly mode?: string;
  readonly target?: number;
  readonly published?: number;
  readonly protocol?: string;
}

export interface UlimitModel {
  readonly soft: number;
  readonly hard: number;
}

export interface ServiceVolumeModel {
  readonly type?: string;
  readonly source?: string;
  readonly target?: string;
  readonly readOnly?: boolean;
  readonly consistency?: string;
  readonly bind?: { readonly propagation?: string };
  readonly volume?: { readonly nocopy?: boolean; readonly subpath?: string };
  readonly image?: { readonly subpath?: string };
  readonly tmpfs?: { readonly size?: number };
  readonly cluster?: Readonly<Record<string, never>>;
}

export interface NetworkModel {
  /** Replaces the scoped name. For an external network: the name to look for. */
  readonly name?: string;
  readonly driver?: string;
  readonly driverOpts?: StringMap;
  readonly ipam?: { readonly driver?: string; readonly config?: readonly { readonly subnet?: string }[] };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: StringMap;
}

export interface VolumeModel {
  readonly name?: string;
  readonly driver?: string;
  readonly driverOpts?: StringMap;
  readonly external?: boolean;
  readonly labels?: StringMap;
}

/** A top-level secret or config. */
export interface FileObjectModel {
  readonly name?: string;
  /** Absolute path of the value. */
  readonly file?: string;
  /** The value itself (`content`, or the variable that `environment` names); in the agent's dialect alone. */
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: StringMap;
  readonly driver?: string;
  readonly driverOpts?: StringMap;
  readonly templateDriver?: string;
}
