import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves a core free, which is half of a machine with two.
    maxWorkers: 2,
    globalSetup: ['test/support/shipped-project.ts'],
    // Not the .env of whoever runs the tests.
    env: { ENV_FILE: '/dev/null' },
    // No test file changes what another one imports, and loading the same modules for each takes a third of the time.
    isolate: false,
  },
});
