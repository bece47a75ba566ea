import { defineConfig } from 'vitest/config';

/** Tests that start the service, the launcher or a command as a whole: slow, and each keeps all cores busy. */
const WHOLE = ['test/end-to-end/**/*.test.ts', 'test/setup/**/*.test.ts', 'test/tools/**/*.test.ts'];

// `npm test` runs both parts; `npm test -- --project parts` or `--project whole` one of them.
export default defineConfig({
  // Vite would take the package's ES modules and Node its CommonJS: two graphql that don't know each other's errors.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // A process per file: what one file does to its process, another never sees, and leaks can be counted.
    pool: 'forks',
    // Rendering and ffmpeg keep a core busy each; more files at a time only wait for one another.
    maxWorkers: 2,
    globalSetup: 'test/support/services.ts',
    setupFiles: 'test/support/leak-check.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: WHOLE } },
      { extends: true, test: { name: 'whole', include: WHOLE } },
    ],
  },
});
