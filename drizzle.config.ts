import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --name WHAT` writes the next migration from `schema/tables.ts`. */
export default defineConfig({ dialect: 'postgresql', schema: './schema/tables.ts', out: './migrations' });
