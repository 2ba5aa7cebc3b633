import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node24',
  platform: 'node',
  noExternal: [/.*/],
  minify: true,
  sourcemap: false,
  clean: true,
  define: { __AXION_VERSION__: JSON.stringify(version) },
  // CommonJS libraries inside the bundle call require.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
});
