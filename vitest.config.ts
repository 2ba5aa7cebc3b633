import { defineConfig } from 'vitest/config';

// Two projects: `unit` is pure and fast; `integration` talks to real servers, one file at a time, because two cores
// shared by brokers, engines and tests make time-outs the only thing that fails.
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
          fileParallelism: false,
        },
      },
    ],
  },
});
