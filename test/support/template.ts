/** The database with all migrations applied that every file's own is copied from. */
export const TEMPLATE_DATABASE = 'template_talkv2v';

/** The same server, another database. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
