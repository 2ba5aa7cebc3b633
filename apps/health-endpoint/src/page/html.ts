/** A piece of a page. Made by `html` and `raw` alone, so a piece is safe and anything else is text. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const render = (value: HtmlValue): string => {
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(render).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
};

type HtmlValue = Html | string | number | readonly HtmlValue[];

/** A template whose values are escaped, for text and for attributes in quotes. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html => new Html(String.raw({ raw: parts }, ...values.map(render)));

/** Text of our own that is put in as it is. */
export const raw = (text: string): Html => new Html(text);
