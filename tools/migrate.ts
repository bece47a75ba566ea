import { readDatabaseEnvironment } from '../platform/env.ts';
import { migrateDatabase } from '../platform/migrate.ts';

// `npm run migrate`: brings the database at DATABASE_URL up to the newest schema. Safe to run from many places at once.

await migrateDatabase(readDatabaseEnvironment().DATABASE_URL);
console.log('The database is up to date.');
