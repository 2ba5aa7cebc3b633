/**
 * Splits a command line as Docker does (Go's google/shlex): single quotes keep everything, in double quotes and outside a
 * backslash keeps the next character whatever it is, `#` at the start of a word is a comment to the end of the line. The
 * npm packages of this kind follow Python or Bash, which differ inside double quotes.
 * @throws Error for a quote or a backslash that the text ends in.
 */
export const shellWords = (text: string): string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let mode: 'plain' | 'single' | 'double' | 'comment' = 'plain';
  const chars = Array.from(text);
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] as string;
    if (mode === 'comment') {
      if (char === '\n') mode = 'plain';
    } else if (char === '\\' && mode !== 'single') {
      at += 1;
      if (at >= chars.length) throw new Error('EOF found after escape character');
      word = (word ?? '') + (chars[at] as string);
    } else if (mode !== 'plain') {
      if (char === (mode === 'single' ? "'" : '"')) mode = 'plain';
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      mode = char === "'" ? 'single' : 'double';
      word ??= '';
    } else if (' \t\r\n'.includes(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && word === undefined) mode = 'comment';
    else word = (word ?? '') + char;
  }
  if (mode === 'single' || mode === 'double') throw new Error('EOF found when expecting closing quote');
  if (word !== undefined) words.push(word);
  return words;
};
