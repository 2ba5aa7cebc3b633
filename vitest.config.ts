import { defineConfig } from 'vitest/config';

// Two projects: `unit` is pure and fast; `integration` talks to real servers. Most of its time is waiting for them, so
// four files run at once even on two cores; more would only make time-outs fail.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{packages,apps}/*/src/**/*.test.ts', 'scripts/**/!(*.int).test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'integration',
          include: ['{packages,apps}/*/test/**/*.int.test.ts', 'scripts/**/*.int.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
        },
      },
    ],
  },
});
