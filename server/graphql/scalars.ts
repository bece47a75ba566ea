import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { builder } from './builder.ts';

const dateTime = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

builder.scalarType('DateTime', {
  description: 'A moment in ISO 8601 with its offset, like 2026-04-21T10:00:00.000Z.',
  serialize: (moment) => moment.toISOString(),
  parseValue(value) {
    const parsed = dateTime.safeParse(value);
    if (!parsed.success) throw new GraphQLError('A DateTime is written as ISO 8601 with an offset.');
    return parsed.data;
  },
});
