import { Composer, LineCounter, Parser, type Document } from 'yaml';
import { ComposeError, type ComposePosition } from '../errors.ts';
import { decodeNode } from './decode-node.ts';
import { locate } from './locate.ts';
import { isMap, type Path, type ValueMap } from './value.ts';

/** One stack file as values, with the way back from a key to its line. */
export interface StackDocument {
  readonly name: string;
  readonly root: ValueMap;
  /** Line and column of the value at `path`, or of the nearest thing around it. */
  position(path: Path): ComposePosition;
}

/**
 * Reads the first document of a file; what follows `---` is not looked at, as in Docker.
 * @throws ComposeError when it is no YAML or no mapping.
 */
export const readDocument = (name: string, text: string): StackDocument => {
  const lines = new LineCounter();
  const document = firstDocument(name, text, lines);
  const at = (offset: number): ComposePosition => {
    const { line, col } = lines.linePos(offset);
    return { file: name, line, column: col };
  };
  const [problem] = document?.errors ?? [];
  if (problem !== undefined) {
    const place = at(problem.pos[0]);
    // The library reports the end of its own stack as an error of the file.
    const words = problem.message.includes('call stack') ? 'nesting is too deep' : problem.message;
    throw new ComposeError('YAML', `yaml: line ${place.line}: ${words}`, place);
  }
  const contents = document?.contents ?? null;
  const root = decodeNode(contents, document, at);
  if (!isMap(root)) throw new ComposeError('YAML', 'top-level object must be a mapping', at(contents?.range[0] ?? 0));
  return { name, root, position: (path) => at(locate(contents, document, path)) };
};

/**
 * The `failsafe` schema leaves every scalar a string with its source, so that its meaning is decided in one place
 * (`plainScalar`), and duplicate keys are left to `decodeNode`, which words them like Docker.
 */
const firstDocument = (name: string, text: string, lines: LineCounter): Document.Parsed | undefined => {
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
  try {
    for (const document of composer.compose(new Parser(lines.addNewLine).parse(text))) return document;
  } catch (cause) {
    // The parser is recursive: a file nested thousands of levels deep exhausts the stack.
    throw new ComposeError('YAML', `yaml: the file cannot be read: ${cause instanceof RangeError ? 'nesting is too deep' : String(cause)}`, { file: name }, cause);
  }
  return undefined;
};
