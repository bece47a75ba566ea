import type { ObjectRef } from '@pothos/core';
import type { Edge, Page } from '../use-cases/page.ts';
import { builder } from './builder.ts';

const PageInfoObject = builder.objectRef<Page<unknown>>('PageInfo').implement({
  description: 'Where a page stands in its list (Relay).',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.string({ nullable: true, resolve: ({ edges }) => edges.at(0)?.cursor }),
    endCursor: t.string({
      nullable: true,
      description: 'Send it as `after` to get the next page.',
      resolve: ({ edges }) => edges.at(-1)?.cursor,
    }),
  }),
});

/** The types of a list that is read page by page, after the Relay connection specification. */
export function connectionOf<Item>(name: string, node: ObjectRef<typeof builder.$inferSchemaTypes, Item>) {
  const EdgeObject = builder.objectRef<Edge<Item>>(`${name}Edge`);
  EdgeObject.implement({
    fields: (t) => ({
      // The compiler can't work out the shape of a type that is a parameter; `Item` is just that.
      node: t.field({ type: node, resolve: (edge) => edge.node as never }),
      cursor: t.exposeString('cursor'),
    }),
  });
  const ConnectionObject = builder.objectRef<Page<Item>>(`${name}Connection`);
  ConnectionObject.implement({
    fields: (t) => ({
      edges: t.field({ type: [EdgeObject], resolve: ({ edges }) => [...edges] }),
      pageInfo: t.field({ type: PageInfoObject, resolve: (page) => page }),
    }),
  });
  return ConnectionObject;
}
