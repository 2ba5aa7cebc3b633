import type { Container, ContainerDetails } from '@axion/docker-engine';
import { LABELS, PERSYS_LABELS } from '../../workload/labels.ts';
import { FORMER_SUFFIX, NEXT_SUFFIX } from '../../workload/workload-id.ts';
import type { Instance, InstanceState } from '../driver.ts';

type Labelled = Pick<Container, 'labels'>;

/** The workload that a container is, by its labels; `undefined` for a part of a Compose application too. */
export const workloadOf = ({ labels }: Labelled): string | undefined =>
  labels[LABELS.type] !== undefined ? undefined : labels[LABELS.workload] ?? (labels[PERSYS_LABELS.managed] === 'true' ? labels[PERSYS_LABELS.workload] : undefined);

export const revisionOf = ({ labels }: Labelled): string | undefined => labels[LABELS.revision] ?? labels[PERSYS_LABELS.revision];

/** Of several containers of one workload the one that stands for it: the one of its name, else the one taken aside, else any. */
export const standFor = (id: string, rows: readonly Container[]): Container | undefined =>
  rows.find(({ name }) => name === id) ?? rows.find(({ name }) => name === `${id}${FORMER_SUFFIX}`) ?? rows.find(({ name }) => name !== `${id}${NEXT_SUFFIX}`) ?? rows[0];

const MAX_TEXT = 1000;
/** A container that was told to end, and did, has one of these: by itself, by SIGKILL, by SIGTERM. */
const ASKED_TO_END = new Set([0, 137, 143]);

const stateOf = ({ state, exitCode, oomKilled, error, startedAt }: ContainerDetails): InstanceState => {
  if (state === 'running' || state === 'paused') return 'running';
  if (state === 'created') return error === '' && startedAt === '' ? 'stopped' : 'failed';
  if (state === 'restarting') return 'failed';
  return ASKED_TO_END.has(exitCode) && !oomKilled && error === '' ? 'stopped' : 'failed';
};

const messageOf = (details: ContainerDetails): string => {
  const { state, health, exitCode, oomKilled, error } = details;
  if (state === 'running') return health === undefined ? 'running' : health === 'starting' ? 'running; its health is not known yet' : `running; ${health}`;
  if (state === 'paused') return 'paused by hand: its processes stand still until it is unpaused or stopped';
  if (state === 'created') return error === '' ? 'created, not started' : `it could not be started: ${error}`;
  const why = oomKilled ? 'it used more memory than it may' : error === '' ? `exit code ${exitCode}` : error;
  return state === 'restarting' ? `the engine starts it again; it ended with ${why}` : `${state}: ${why}`;
};

/** One workload's container as an instance. Pure. `stderr`: its last lines, where they were asked for. */
export const instanceOf = (id: string, details: ContainerDetails, mixed: boolean, stderr = ''): Instance => {
  const state = stateOf(details);
  const heals = details.restartPolicy === 'always' || details.restartPolicy === 'unless-stopped' || details.restartPolicy === 'on-failure';
  const metadata: Record<string, string> = {
    'container.id': details.id,
    'container.image': details.image,
    'container.state': details.state,
    'container.exit_code': String(details.exitCode),
    'container.started_at': details.startedAt,
    'container.finished_at': details.state === 'running' ? '' : details.finishedAt,
    'container.runtime_error': details.error.slice(0, MAX_TEXT),
    'container.stderr': stderr.slice(-MAX_TEXT),
    ...(details.health === undefined ? {} : { 'container.health': details.health }),
    ...(details.restartCount === 0 ? {} : { 'container.restart_count': String(details.restartCount) }),
  };
  return {
    id,
    revision: revisionOf(details),
    memo: details.labels[LABELS.memo],
    state,
    message: messageOf(details).slice(0, MAX_TEXT),
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== '')),
    // What is being removed is gone in a moment, and cannot be started any more.
    selfHealing: details.state === 'removing' || (details.state === 'restarting' && heals),
    completed: details.state === 'exited' && details.exitCode === 0 && details.labels[LABELS.job] === 'true',
    mixed,
  };
};
