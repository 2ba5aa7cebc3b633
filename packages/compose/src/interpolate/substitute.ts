/** Value of a variable, or undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** Why a string could not be interpolated: `template` is what Docker quotes in its message. */
export class SubstitutionError extends Error {
  readonly template: string;

  constructor(template: string) {
    super(template);
    this.template = template;
  }
}

/**
 * `$$`, `$NAME`, `${NAME}` and both with a modifier; the empty last group is a `$` that starts none of them. As in Docker the
 * modifiers also belong to the unbraced form, so `$NAME-rest` has the default `rest`.
 */
const VARIABLE = /\$(?:(\$)|([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)|\{([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)\}|())/gi;

/** The agent's dialect also knows `${NAME:+alternative}` and `${NAME+alternative}`. */
const VARIABLE_OR_ALTERNATIVE = /\$(?:(\$)|([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)|\{([_a-z][_a-z0-9]*(?::?[-?+][^}]*)?)\}|())/gi;

export interface SubstituteOptions {
  readonly lookup: Lookup;
  /**
   * Docker's client forgets the error of one variable when a later one in the same string is fine. `strict` does not, and
   * understands `+`.
   */
  readonly strict: boolean;
}

/**
 * A string with its variables replaced. Modifier texts are not interpolated again.
 * @throws SubstitutionError for a bare `$` and for required variables that are missing.
 */
export const substitute = (template: string, { lookup, strict }: SubstituteOptions): string => {
  let problem: SubstitutionError | undefined;
  const result = template.replace(strict ? VARIABLE_OR_ALTERNATIVE : VARIABLE, (_match, escaped?: string, named?: string, braced?: string) => {
    if (escaped !== undefined) return '$';
    const expression = named ?? braced;
    if (expression === undefined) {
      if (!strict || problem === undefined) problem = new SubstitutionError(template);
      return '';
    }
    const value = expand(expression, lookup, strict);
    if (typeof value === 'string') {
      if (!strict) problem = undefined;
      return value;
    }
    if (!strict || problem === undefined) problem = value;
    return '';
  });
  if (problem !== undefined) throw problem;
  return result;
};

/** Modifiers are searched in this order anywhere in the expression, so `V:?a-b` has the default `b` for a variable `V:?a`. */
const expand = (expression: string, lookup: Lookup, strict: boolean): string | SubstitutionError => {
  if (strict) {
    const alternative = /^([_a-z][_a-z0-9]*)(:?)\+(.*)$/is.exec(expression);
    if (alternative !== null) {
      const value = lookup(alternative[1] as string);
      return value === undefined || (alternative[2] === ':' && value === '') ? '' : (alternative[3] as string);
    }
    return expandExactly(expression, lookup);
  }
  for (const modifier of [':-', '-', ':?', '?'] as const) {
    const at = expression.indexOf(modifier);
    if (at >= 0) return modified(expression.slice(0, at), modifier, expression.slice(at + modifier.length), lookup);
  }
  return lookup(expression) ?? '';
};

/** The modifier is the one right behind the name, whatever its text contains. */
const expandExactly = (expression: string, lookup: Lookup): string | SubstitutionError => {
  const match = /^([_a-z][_a-z0-9]*)(?:(:-|-|:\?|\?)(.*))?$/is.exec(expression);
  const [, name = expression, modifier, text = ''] = match ?? [];
  return modifier === undefined ? (lookup(name) ?? '') : modified(name, modifier as ':-' | '-' | ':?' | '?', text, lookup);
};

const modified = (name: string, modifier: ':-' | '-' | ':?' | '?', text: string, lookup: Lookup): string | SubstitutionError => {
  const value = lookup(name);
  const missing = value === undefined || (modifier.startsWith(':') && value === '');
  if (!missing) return value;
  if (modifier.endsWith('-')) return text;
  return new SubstitutionError(`required variable ${name} is missing a value: ${text}`);
};
