import { defineConfig } from 'vitest/config';

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
    include: ['test/**/*.test.ts'],
  },
});
