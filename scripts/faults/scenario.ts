import type { Random } from './random.ts';

/** What a project should be on the engine: absent, or one service with a revision mark and a number of replicas. */
export type Intent = { readonly revision: string; readonly replicas: number } | undefined;

/** A command to produce, and what has to come of it if all commands before it had their effect once and in order. */
export interface PlannedCommand {
  readonly id: string;
  readonly project: string;
  readonly type: 'Deploy' | 'Scale' | 'Stop' | 'GetStatus' | 'Restart';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly terminal: 'DeployCompleted' | 'DeployFailed' | 'StatusReport' | 'ErrorReport';
  /** The project after this command. */
  readonly intent: Intent;
}

const stackFile = (image: string, revision: string, replicas: number, command: readonly string[]): string =>
  JSON.stringify({
    services: {
      web: {
        image,
        command,
        environment: { REVISION: revision },
        init: command === WORKS,
        stop_grace_period: '1s',
        deploy: {
          replicas,
          endpoint_mode: 'dnsrr',
          // A killed engine takes its containers along: what works has to be started again each time, what is broken only once.
          restart_policy: command === WORKS ? { condition: 'any', delay: '100ms' } : { condition: 'on-failure', delay: '100ms', max_attempts: 1 },
          update_config: { order: 'start-first', monitor: '1500ms', parallelism: 0 },
        },
      },
    },
  });

/** Works for ever. `init` lets it end at once when it is asked to. */
const WORKS = ['sleep', '1000000'];
/** Never runs at all, which `init` would hide: one that runs and ends would, where the machine is busy enough, have run for its monitor time. */
const BREAKS = ['/broken-on-purpose'];
/** Long: a killed engine takes its time to run what it ran before, and so does a machine on which everything starts again and again. */
const TIMEOUT_SECONDS = 600;

/** A stream of commands over `projects`, interleaved, whose effects are known beforehand. */
export const planCommands = (random: Random, options: { readonly commands: number; readonly projects: readonly string[]; readonly image: string; readonly runId: string }): readonly PlannedCommand[] => {
  const { commands, projects, image, runId } = options;
  const intents = new Map<string, Intent>();
  return Array.from({ length: commands }, (_, index) => {
    const project = projects[random.between(0, projects.length - 1)]!;
    const now = intents.get(project);
    const planned = planOne(random, `${runId}-${index}`, project, now, image);
    intents.set(project, planned.intent);
    return planned;
  });
};

const planOne = (random: Random, id: string, project: string, now: Intent, image: string): PlannedCommand => {
  const kind = random.pick<PlannedCommand['type'] | 'broken'>([
    [30, 'Deploy'],
    [3, 'broken'],
    [25, 'Scale'],
    [8, 'Stop'],
    [4, 'Restart'],
    [30, 'GetStatus'],
  ]);
  const common = { id, project };
  switch (kind) {
    case 'Deploy': {
      const replicas = random.between(1, 2);
      const payload = { project_id: project, docker_stack_yml: stackFile(image, id, replicas, WORKS), timeout_seconds: TIMEOUT_SECONDS };
      return { ...common, type: 'Deploy', payload, terminal: 'DeployCompleted', intent: { revision: id, replicas } };
    }
    case 'broken': {
      const payload = { project_id: project, docker_stack_yml: stackFile(image, id, 1, BREAKS), timeout_seconds: TIMEOUT_SECONDS };
      // What worked before comes back as its file said; where nothing had worked, nothing stays.
      return { ...common, type: 'Deploy', payload, terminal: 'DeployFailed', intent: now };
    }
    case 'Scale': {
      const replicas = random.between(0, 3);
      const payload = { project_id: project, service_name: 'web', replicas };
      return now === undefined
        ? { ...common, type: 'Scale', payload, terminal: 'ErrorReport', intent: now }
        : { ...common, type: 'Scale', payload, terminal: 'StatusReport', intent: { ...now, replicas } };
    }
    case 'Restart':
      return { ...common, type: 'Restart', payload: { project_id: project, service_name: 'web' }, terminal: now === undefined ? 'ErrorReport' : 'StatusReport', intent: now };
    case 'Stop':
      return { ...common, type: 'Stop', payload: { project_id: project }, terminal: 'StatusReport', intent: undefined };
    case 'GetStatus':
      return { ...common, type: 'GetStatus', payload: { project_id: project }, terminal: 'StatusReport', intent: now };
  }
};
