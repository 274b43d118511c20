import type { Request } from 'express';

/** `/fhir/export/:id/status`: the same for every id, so that it may be a metric label. Routes have their whole path. */
export function routePattern(request: Request): string {
  // Express types the matched route as `any`; without a match it is undefined.
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'unmatched';
}
