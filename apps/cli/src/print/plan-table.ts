import type { Output } from './output.ts';

/** A step of a plan as it stands in events: what happens to which object, and which fields differ; never a value. */
export interface PlannedStep {
  readonly action: string;
  readonly name: string;
  readonly changed?: readonly string[];
}

interface Verb {
  readonly sign: string;
  readonly style: 'green' | 'yellow' | 'red' | 'magenta' | 'cyan';
}

const VERBS: Readonly<Record<string, Verb>> = {
  create: { sign: '+', style: 'green' },
  update: { sign: '~', style: 'yellow' },
  replace: { sign: '±', style: 'magenta' },
  remove: { sign: '-', style: 'red' },
  keep: { sign: '!', style: 'cyan' },
};

/** The steps among an event's fields; what cannot be read is left out. */
export const plannedSteps = (value: unknown): readonly PlannedStep[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly unknown[]).filter((step): step is PlannedStep => {
    const { action, name } = (step ?? {}) as Partial<PlannedStep>;
    return typeof action === 'string' && typeof name === 'string';
  });
};

const note = ({ action, changed = [] }: PlannedStep): string => (action.startsWith('keep-') ? `differs and stays as it is: ${changed.join(', ')}` : changed.join(', '));

/** A plan: a coloured table on a terminal, one plain line a step elsewhere. */
export const printPlan = (steps: readonly PlannedStep[], out: Output): void => {
  const rows = steps.map((step) => {
    const [verb = '', noun = ''] = step.action.split('-');
    return { ...(VERBS[verb] ?? { sign: '?', style: 'cyan' as const }), verb, noun, name: step.name, note: note(step) };
  });
  if (!out.terminal) {
    for (const { sign, verb, noun, name, note: text } of rows) out.line(`${sign} ${verb} ${noun} ${name}${text === '' ? '' : ` (${text})`}`);
    return;
  }
  if (rows.length > 0) out.table(['', 'action', 'what', 'name', 'changed'], rows.map(({ sign, style, verb, noun, name, note: text }) => [out.style(style, sign), out.style(style, verb), noun, name, text]));
};
