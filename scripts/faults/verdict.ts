import type { Intent, PlannedCommand } from './scenario.ts';

/** An event as it stands in the topic. */
export interface SeenEvent {
  readonly partition: number;
  readonly offset: number;
  readonly id: string;
  readonly type: string;
  readonly causationId: string | undefined;
  /** What the event says to people. */
  readonly message?: string | undefined;
  /** The reason of the error that it reports. */
  readonly reason?: string | undefined;
}

/** Whether an event of `type` ends a command of `commandType`. A failed Deploy also tells of its rollback, which is no end of its own. */
export const ends = (commandType: PlannedCommand['type'], type: string): boolean =>
  (commandType === 'Deploy' ? ['DeployCompleted', 'DeployFailed'] : ['StatusReport', 'ErrorReport']).includes(type);

/** Every promise that was not kept, in words; empty when all were. */
export const violations = (planned: readonly PlannedCommand[], events: readonly SeenEvent[], found: ReadonlyMap<string, Intent>, waiting: number): readonly string[] => [
  ...terminalViolations(planned, events),
  ...orderViolations(planned, events),
  ...stateViolations(planned, found),
  ...(waiting === 0 ? [] : [`${waiting} commands still wait on the bus`]),
];

const terminals = (planned: readonly PlannedCommand[], events: readonly SeenEvent[]): ReadonlyMap<string, readonly SeenEvent[]> => {
  const types = new Map(planned.map(({ id, type }) => [id, type]));
  const isEnd = ({ type, causationId = '' }: SeenEvent): boolean => types.has(causationId) && ends(types.get(causationId)!, type);
  return Map.groupBy(events.filter(isEnd), ({ causationId }) => causationId!);
};

const terminalViolations = (planned: readonly PlannedCommand[], events: readonly SeenEvent[]): readonly string[] => {
  const byCommand = terminals(planned, events);
  return planned.flatMap((command) => {
    const seen = byCommand.get(command.id) ?? [];
    const name = `${command.type} ${command.id} of ${command.project}`;
    if (seen.length !== 1) return [`${name} has ${seen.length} terminal events`];
    return seen[0]!.type === command.terminal || isHonest(command, seen[0]!) ? [] : [`${name} ended with ${seen[0]!.type} instead of ${command.terminal}: ${seen[0]!.message ?? ''}`];
  });
};

/** Who asks how things stand while the engine is down is told just that. */
const isHonest = (command: PlannedCommand, { type, reason = '' }: SeenEvent): boolean => command.type === 'GetStatus' && type === 'ErrorReport' && reason.startsWith('ENGINE_');

const orderViolations = (planned: readonly PlannedCommand[], events: readonly SeenEvent[]): readonly string[] => {
  const byCommand = terminals(planned, events);
  return [...Map.groupBy(planned, ({ project }) => project)].flatMap(([project, commands]) => {
    const inOrder = commands.flatMap(({ id }) => byCommand.get(id)?.slice(0, 1) ?? []);
    return inOrder.flatMap((event, index) => {
      const before = inOrder[index - 1];
      return before !== undefined && (before.partition !== event.partition || before.offset > event.offset)
        ? [`${project}: the end of ${event.causationId} stands before that of ${before.causationId}`]
        : [];
    });
  });
};

const stateViolations = (planned: readonly PlannedCommand[], found: ReadonlyMap<string, Intent>): readonly string[] => {
  const text = (intent: Intent): string => (intent === undefined ? 'absent' : `revision ${intent.revision} × ${intent.replicas}`);
  const last = new Map(planned.map(({ project, intent }) => [project, intent]));
  return [...last].flatMap(([project, intent]) => {
    const is = found.get(project);
    return text(is) === text(intent) ? [] : [`${project} is ${text(is)} on the engine, its last command wants ${text(intent)}`];
  });
};
