import { z } from 'zod';
import { environment } from '../platform/env.ts';

const property = z.object({ description: z.string(), default: z.unknown().optional() });
const inputShape = z.object({ properties: z.record(z.string(), property), required: z.array(z.string()).default([]) });

/** `docs/environment.md`: every variable with its default and meaning, from the schema that parses them. */
export function environmentTable(): string {
  const { properties, required } = inputShape.parse(
    z.toJSONSchema(environment, { io: 'input', unrepresentable: 'any' }),
  );
  const rows = Object.entries(properties).map(([name, { description, default: byDefault }]) => {
    const fallback = required.includes(name) ? '**required**' : byDefault === undefined ? '–' : `\`${byDefault}\``;
    return `| \`${name}\` | ${fallback} | ${description} |`;
  });
  return [
    '# Environment',
    '',
    'Read once at start by the server and the worker; all problems are reported together. `npm start` and `npm run demo`',
    'fill in what is required. This page is made from `platform/env.ts` by `npm run contract`.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
