import { PERSYS_ALIASES } from './persys.ts';
import { ENV_PREFIX, KEYS, SCHEMA } from './schema.ts';

const code = (text: string): string => (text.includes('`') || text.startsWith('the ') ? text : `\`${text}\``);

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** The configuration reference as Markdown, from the schema. */
export const renderReference = (): string => {
  const sections = Object.keys(SCHEMA).flatMap((section) => [
    `## [${section}]`,
    '',
    row(['key', 'default', 'takes', 'meaning']),
    row(['---', '---', '---', '---']),
    ...KEYS.filter((key) => key.section === section).map(({ name, key }) =>
      row([`\`${name}\``, key.fallbackText === '' ? '' : code(key.fallbackText), key.allowed, `${key.about}${key.secret ? ' Secret.' : ''}`]),
    ),
    '',
  ]);
  return [
    '# Configuration',
    '',
    'This page is written from the schema in `packages/config`; do not edit it by hand.',
    '',
    'The agent reads TOML from the first file found of `--config FILE`, `$AXION_CONFIG`, `/etc/axion/agent.toml`, `~/.axion/agent.toml`, `./agent.toml`.',
    'Every key has a default, so the file may be partial or absent; a file that was named must be there.',
    '',
    `A variable \`${ENV_PREFIX}SECTION__KEY\` overrides a key, e.g. \`${KEYS.find((key) => key.path === 'kafka.brokers')?.variable}=one:9092,two:9092\`: lists are comma`,
    'separated, tables are `name=value` pairs, booleans are `true` or `false`. Durations are in seconds. What is unknown or not allowed',
    'is an error (exit code 78). `axion config check` prints the effective values and where each came from.',
    '',
    ...sections,
    '## Variables of the Persys agent',
    '',
    `Read as aliases, so that a Persys node can be moved over; where both are set, \`${ENV_PREFIX}*\` wins and a warning says so.`,
    '',
    row(['variable', 'key']),
    row(['---', '---']),
    ...PERSYS_ALIASES.map(([name, path]) => row([`\`${name}\``, `\`${path}\``])),
    row(['`DOCKER_HOST`', '`docker.host` (when neither the file nor a variable sets it)']),
    '',
  ].join('\n');
};
