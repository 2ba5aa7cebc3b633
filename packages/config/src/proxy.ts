import type { Ambient } from './key.ts';

const isExcluded = (host: string, port: string, rules: string): boolean =>
  rules
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .some((rule) => {
      if (rule === '*') return true;
      const [, name = '', rulePort] = /^(.*?)(?::(\d+))?$/.exec(rule.toLowerCase()) ?? [];
      if (rulePort !== undefined && rulePort !== port) return false;
      const bare = name.replace(/^\*?\./, '');
      return host === bare || host.endsWith(`.${bare}`);
    });

/**
 * The proxy that the environment names for `url`, as curl and Go read it: `HTTPS_PROXY` (or lower case) for `https://`
 * alone, unless `NO_PROXY` covers the host.
 */
export const ambientProxy = (env: NodeJS.ProcessEnv, url: string): Ambient | undefined => {
  const name = ['HTTPS_PROXY', 'https_proxy'].find((candidate) => (env[candidate] ?? '') !== '');
  if (name === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'https:') return undefined;
  const rules = env['NO_PROXY'] ?? env['no_proxy'] ?? '';
  if (isExcluded(hostname.toLowerCase(), port === '' ? '443' : port, rules)) return undefined;
  return { text: env[name] ?? '', name };
};
