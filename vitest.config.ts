// How tests run: `npm test` runs the project `quick`, `npm run test:all` also runs `slow`. The name of a file decides.
import { defineConfig } from 'vitest/config';

const slowFiles = 'test/**/*.slow.test.ts';

const common = {
  // Not the .env of whoever runs the tests.
  env: { ENV_FILE: '/dev/null' },
  // No test file changes what another one imports, and loading the same modules for each takes a third of the time.
  isolate: false,
  // What a test waits for comes at once, or late on a busy machine.
  expect: { poll: { timeout: 120_000, interval: 10 } },
};

// The time-outs end a test that hangs. No test comes near them, not even on a machine with many times too much to do.
export default defineConfig({
  test: {
    // Vitest leaves a core free, which is half of a machine with two.
    maxWorkers: 2,
    globalSetup: ['test/support/shipped-project.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [slowFiles],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      { test: { ...common, name: 'slow', include: [slowFiles], testTimeout: 7_200_000, hookTimeout: 600_000 } },
    ],
  },
});
