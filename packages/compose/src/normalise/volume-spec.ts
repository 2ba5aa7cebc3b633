import type { ServiceVolumeModel } from '../model.ts';

const PROPAGATIONS: ReadonlySet<string> = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

interface Draft {
  source: string;
  target: string;
  readOnly: boolean;
  nocopy: boolean;
  propagation: string | undefined;
}

/**
 * A short volume, `[source:]target[:options]`. A single letter before a colon is taken for a Windows drive, as in Docker,
 * so `v:/v` is an anonymous volume with that odd target. Options nobody knows are ignored.
 * @throws Error in Docker's words.
 */
export const parseVolumeSpec = (spec: string): ServiceVolumeModel => {
  if (spec === '') throw new Error('invalid empty volume spec');
  if (Buffer.byteLength(spec) <= 2) return { type: 'volume', target: spec };
  const draft: Draft = { source: '', target: '', readOnly: false, nocopy: false, propagation: undefined };
  let section: string[] = [];
  for (const char of Array.from(spec + END)) {
    if (char === ':' && section.length === 1 && isLetter(section[0] as string)) section.push(char);
    else if (char === ':' || char === END) {
      takeSection(section, char, draft, spec);
      section = [];
    } else section.push(char);
  }
  const { source, target, readOnly, nocopy, propagation } = draft;
  return {
    type: source !== '' && isFilePath(source) ? 'bind' : 'volume',
    ...(source === '' ? {} : { source }),
    target,
    ...(readOnly ? { readOnly } : {}),
    ...(nocopy ? { volume: { nocopy } } : {}),
    ...(propagation === undefined ? {} : { bind: { propagation } }),
  };
};

const END = '\0';

const isLetter = (char: string): boolean => /^\p{L}$/u.test(char);

const takeSection = (section: readonly string[], ending: string, draft: Draft, spec: string): void => {
  const text = section.join('');
  if (text === '') throw new Error(`invalid spec: ${spec}: empty section between colons`);
  if (draft.source === '' && ending === END) draft.target = text;
  else if (draft.source === '') draft.source = text;
  else if (draft.target === '') draft.target = text;
  else if (ending === ':') throw new Error(`invalid spec: ${spec}: too many colons`);
  else takeOptions(text.split(','), draft);
};

const takeOptions = (options: readonly string[], draft: Draft): void => {
  for (const option of options) {
    if (option === 'ro') draft.readOnly = true;
    else if (option === 'rw') draft.readOnly = false;
    else if (option === 'nocopy') draft.nocopy = true;
    else if (PROPAGATIONS.has(option)) draft.propagation = option;
  }
};

const isFilePath = (source: string): boolean => {
  if (/^[./~]/.test(source)) return true;
  const [first = '', second] = Array.from(source);
  return second !== undefined && (source.startsWith('\\\\') || (isLetter(first) && second === ':'));
};
