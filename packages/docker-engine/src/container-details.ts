import type { Labels } from '@axion/compose';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead' | (string & {});

/** One container, as the engine knows it. */
export interface ContainerDetails {
  readonly id: string;
  readonly name: string;
  /** As it was asked for. */
  readonly image: string;
  readonly imageId: string;
  readonly labels: Labels;
  readonly state: ContainerState;
  /** `starting`, `healthy` or `unhealthy`; `undefined` without a health check. */
  readonly health: string | undefined;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why the engine could not start it; else empty. */
  readonly error: string;
  /** RFC 3339; empty when it never did. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly restartCount: number;
  readonly restartPolicy: string;
  /** Values are secrets. */
  readonly env: ReadonlyMap<string, string>;
  readonly mounts: readonly { readonly type: string; readonly name: string; readonly source: string; readonly target: string; readonly readOnly: boolean }[];
}

export interface ContainerAnswer {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly RestartCount?: number;
  readonly Config: { readonly Image: string; readonly Env?: readonly string[] | null; readonly Labels?: Labels | null };
  readonly HostConfig?: { readonly RestartPolicy?: { readonly Name?: string } };
  readonly Mounts?: readonly { readonly Type: string; readonly Name?: string; readonly Source?: string; readonly Destination: string; readonly RW: boolean }[];
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled?: boolean;
    readonly Error?: string;
    readonly StartedAt?: string;
    readonly FinishedAt?: string;
    readonly Health?: { readonly Status?: string };
  };
}

/** The engine says "never" as the year 1. */
const time = (text: string | undefined): string => (text === undefined || text.startsWith('0001-') ? '' : text);

export const containerDetails = ({ State: state, ...answer }: ContainerAnswer): ContainerDetails => ({
  id: answer.Id,
  name: answer.Name.replace(/^\//, ''),
  image: answer.Config.Image,
  imageId: answer.Image,
  labels: answer.Config.Labels ?? {},
  state: state.Status,
  health: state.Health?.Status === 'none' ? undefined : state.Health?.Status,
  exitCode: state.ExitCode,
  oomKilled: state.OOMKilled === true,
  error: state.Error ?? '',
  startedAt: time(state.StartedAt),
  finishedAt: time(state.FinishedAt),
  restartCount: answer.RestartCount ?? 0,
  restartPolicy: answer.HostConfig?.RestartPolicy?.Name ?? '',
  env: new Map((answer.Config.Env ?? []).map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=?/, '')])),
  mounts: (answer.Mounts ?? []).map(({ Type, Name, Source, Destination, RW }) => ({ type: Type, name: Name ?? '', source: Source ?? '', target: Destination, readOnly: !RW })),
});
