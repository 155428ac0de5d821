// How tests run: `npm test` runs the project `quick`, `npm run test:all` also `browser`, `slow` and `fc`. The name of a
// file decides; `fc` repeats the tests of the built function on the Node.js that Function Compute has.
import { defineConfig } from 'vitest/config';

const slowFiles = 'test/**/*.slow.test.ts';
const browserFiles = 'test/**/*.browser.test.ts';

const testsOfBuiltFunction = [
  'test/index.test.ts',
  'test/secrets.test.ts',
  'test/deploy/bundle.test.ts',
  'test/deploy/v8-settings.test.ts',
  'test/budget/budget.test.ts',
  'test/local/relay.test.ts',
];

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
          exclude: [slowFiles, browserFiles],
          globalSetup: ['test/support/notice-without-browser.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          ...common,
          name: 'browser',
          include: [browserFiles],
          globalSetup: ['test/support/notice-without-browser.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          ...common,
          name: 'fc',
          include: testsOfBuiltFunction,
          globalSetup: ['test/support/fc-project.ts'],
          setupFiles: ['test/support/skip-without-fc.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      { test: { ...common, name: 'slow', include: [slowFiles], testTimeout: 7_200_000, hookTimeout: 600_000 } },
    ],
  },
});
