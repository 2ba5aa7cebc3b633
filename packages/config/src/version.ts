import { readFileSync } from 'node:fs';

declare const __AXION_VERSION__: string | undefined;

/** The version of this build: put in by the bundler, or read from the package when it runs from source. */
export const buildVersion = (): string => {
  if (typeof __AXION_VERSION__ === 'string') return __AXION_VERSION__;
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
};
