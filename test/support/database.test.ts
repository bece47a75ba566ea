import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from './database.ts';

async function tables(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const found = await client.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
  await client.end();
  return found.rows.map((row) => row.table_name);
}

test('a fresh database has the migrated tables, and what one file does to its own no other sees', async () => {
  await using mine = await freshDatabase();
  await using other = await freshDatabase();
  expect(await tables(mine.url)).toContain('jobs');
  const client = new pg.Client({ connectionString: mine.url });
  await client.connect();
  await client.query('CREATE TABLE only_here (id int)');
  await client.end();
  expect(await tables(mine.url)).toContain('only_here');
  expect(await tables(other.url)).not.toContain('only_here');
});
