import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { PathParameters, Route, RouteMethod } from './route.js';

const VERBS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete', ANY: 'all' } as const;
/** In the order in which they are told. */
const METHODS: readonly RouteMethod[] = ['GET', 'POST', 'PUT', 'DELETE'];

/**
 * Makes Express routes of rows. Of two paths that an address matches, the first one in the table counts.
 *
 * @param serve makes the handler of a row
 * @param refuse answers methods that a path does not have; without it they are an address where there is nothing
 */
export function mountRoutes<Row extends Route>(
  rows: readonly Row[],
  serve: (row: Row) => RequestHandler<PathParameters>,
  refuse?: (allowed: readonly string[]) => RequestHandler,
): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, at] of byPath(rows)) {
    const route = router.route(path);
    for (const row of at) route[VERBS[row.method]](serve(row));
    const taken = at.map(({ method }) => method);
    if (refuse !== undefined && !taken.includes('ANY')) {
      route.all(refuse(METHODS.filter((method) => taken.includes(method))));
    }
  }
  return router;
}

function byPath<Row extends Route>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const paths = new Map<string, Row[]>();
  for (const row of rows) paths.set(row.path, [...(paths.get(row.path) ?? []), row]);
  return paths;
}
