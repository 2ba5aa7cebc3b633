import type { FieldPath, Step } from './step.ts';

const SIGNS: Readonly<Record<string, string>> = { create: '+', update: '~', replace: '±', remove: '-', keep: '!' };

/** A plan as lines for people; no values of variables, configs or secrets in them. */
export const planLines = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) => {
    const [verb, noun] = step.action.split('-') as [string, string];
    const why = 'changed' in step ? ` (${step.changed.join(', ')})` : '';
    return `${SIGNS[verb] ?? '?'} ${verb} ${noun} ${step.name}${why}${verb === 'keep' ? ': differs, and is left as it is' : ''}`;
  });

/** A step as it stands in reports. */
export interface PlanLine {
  readonly action: Step['action'];
  readonly name: string;
  readonly changed?: readonly FieldPath[];
}

/** A plan as it stands in reports. */
export const planReport = (steps: readonly Step[]): readonly PlanLine[] =>
  steps.map((step) => ({ action: step.action, name: step.name, ...('changed' in step ? { changed: step.changed } : {}) }));
