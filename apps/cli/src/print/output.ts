import { styleText } from 'node:util';
import Table from 'cli-table3';

type Style = Parameters<typeof styleText>[0];

/** Where a command prints. People on a terminal get colours and tables, a pipe gets plain lines, `--json` one JSON value a line. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  readonly json: boolean;

  constructor(stream: NodeJS.WriteStream, json: boolean) {
    this.#stream = stream;
    this.json = json;
  }

  get terminal(): boolean {
    return this.#stream.isTTY;
  }

  line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** `value` with `--json`, else what `human` prints. */
  result(value: unknown, human: () => void): void {
    if (this.json) this.line(JSON.stringify(value));
    else human();
  }

  /** Coloured on a terminal that wants colours (`NO_COLOR` is honoured), plain elsewhere. */
  style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stream });
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const bare = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
    const table = new Table({ head: head.map((title) => this.style('bold', title.toUpperCase())), chars: bare, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } });
    table.push(...rows.map((row) => [...row]));
    for (const text of table.toString().split('\n')) this.line(text.trimEnd());
  }
}
