import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { builder } from './builder.ts';

/** What Postgres can compare with, far beyond what any job's time can be. */
const [EARLIEST, LATEST] = [new Date('1970-01-01T00:00:00Z'), new Date('9999-01-01T00:00:00Z')];

const dateTime = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .pipe(z.date().min(EARLIEST).max(LATEST));

builder.scalarType('DateTime', {
  description: 'A moment in ISO 8601 with its offset, like 2026-04-21T10:00:00.000Z.',
  serialize: (moment) => moment.toISOString(),
  parseValue(value) {
    const parsed = dateTime.safeParse(value);
    if (!parsed.success)
      throw new GraphQLError('A DateTime is written as ISO 8601 with an offset, in a year from 1970 to 9998.');
    return parsed.data;
  },
});
