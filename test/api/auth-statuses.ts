/** The statuses for callers whose token counts, in this order. */
export const KNOWN_CALLERS = [
  'wrong scope',
  'other tenant',
  'other client',
  'reader of all',
  'remover of all',
  'right',
] as const;

/**
 * The exact status of every route for each of `KNOWN_CALLERS`. `{type}` stands for each type of stored definitions. The other
 * tenant has nothing at an id that the right client has, and may store something there.
 */
const STATUSES: Readonly<Record<string, readonly number[]>> = {
  'ANY /fhir/$sql-export': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/$viewdefinition-export': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/ViewDefinition/$viewdefinition-export': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/ViewDefinition/:id/$viewdefinition-export': [403, 404, 202, 202, 202, 202],
  'ANY /fhir/$sqlquery-export': [400, 400, 400, 400, 400, 400],
  'ANY /fhir/Library/$sqlquery-export': [400, 400, 400, 400, 400, 400],
  'ANY /fhir/Library/:id/$sqlquery-export': [422, 404, 422, 422, 422, 422],
  'ANY /fhir/$export': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/Patient/$export': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/Group/:id/$export': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/$export-v4': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/Patient/$export-v4': [403, 202, 202, 202, 202, 202],
  'ANY /fhir/Group/:id/$export-v4': [403, 202, 202, 202, 202, 202],
  'GET /fhir/$sql-run': [400, 400, 400, 400, 400, 400],
  'POST /fhir/$sql-run': [403, 200, 200, 200, 200, 200],
  'GET /fhir/$viewdefinition-run': [400, 400, 400, 400, 400, 400],
  'POST /fhir/$viewdefinition-run': [403, 200, 200, 200, 200, 200],
  'GET /fhir/ViewDefinition/$viewdefinition-run': [400, 400, 400, 400, 400, 400],
  'POST /fhir/ViewDefinition/$viewdefinition-run': [403, 200, 200, 200, 200, 200],
  'GET /fhir/ViewDefinition/:id/$viewdefinition-run': [403, 404, 200, 200, 200, 200],
  'POST /fhir/ViewDefinition/:id/$viewdefinition-run': [403, 404, 200, 200, 200, 200],
  'GET /fhir/$sqlquery-run': [400, 400, 400, 400, 400, 400],
  'POST /fhir/$sqlquery-run': [400, 400, 400, 400, 400, 400],
  'GET /fhir/Library/$sqlquery-run': [400, 400, 400, 400, 400, 400],
  'POST /fhir/Library/$sqlquery-run': [400, 400, 400, 400, 400, 400],
  'GET /fhir/Library/:id/$sqlquery-run': [422, 404, 422, 422, 422, 422],
  'POST /fhir/Library/:id/$sqlquery-run': [422, 404, 422, 422, 422, 422],
  'GET /fhir/export': [200, 200, 200, 200, 200, 200],
  'GET /fhir/export/:id/status': [303, 404, 404, 303, 303, 303],
  'DELETE /fhir/export/:id/status': [202, 404, 404, 403, 202, 202],
  'GET /fhir/export/:id/result': [403, 404, 404, 200, 200, 200],
  'DELETE /fhir/export/:id/result': [202, 404, 404, 403, 202, 202],
  'GET /fhir/export/:id/bulk-status': [403, 404, 404, 200, 200, 200],
  'GET /fhir/export/:id/bulk-status/:page': [403, 404, 404, 404, 404, 404],
  'DELETE /fhir/export/:id/bulk-status': [202, 404, 404, 403, 202, 202],
  'GET /fhir/export/:id/files/:name': [403, 404, 404, 200, 200, 200],
  'GET /fhir/metadata': [200, 200, 200, 200, 200, 200],
  'GET /fhir/OperationDefinition/:id': [200, 200, 200, 200, 200, 200],
  'GET /fhir/.well-known/smart-configuration': [404, 404, 404, 404, 404, 404],
  'POST /fhir/token': [404, 404, 404, 404, 404, 404],
  'POST /fhir': [403, 200, 200, 403, 403, 200],
  'POST /fhir/{type}/$validate': [403, 200, 200, 200, 200, 200],
  'GET /fhir/{type}/:id/$validate': [403, 404, 200, 200, 200, 200],
  'POST /fhir/{type}/:id/$validate': [403, 200, 200, 200, 200, 200],
  'GET /fhir/ViewDefinition/:id/$schema': [403, 404, 200, 200, 200, 200],
  'POST /fhir/{type}': [403, 201, 201, 403, 403, 201],
  'GET /fhir/{type}': [403, 200, 200, 200, 200, 200],
  'PUT /fhir/{type}': [403, 201, 201, 403, 403, 201],
  'GET /fhir/{type}/_history': [403, 200, 200, 200, 200, 200],
  'GET /fhir/{type}/:id/_history': [403, 404, 200, 200, 200, 200],
  'GET /fhir/{type}/:id/_history/:version': [403, 404, 200, 200, 200, 200],
  'GET /fhir/{type}/:id': [403, 404, 200, 200, 200, 200],
  'PUT /fhir/{type}/:id': [403, 201, 200, 403, 403, 200],
  'DELETE /fhir/{type}/:id': [403, 204, 204, 403, 204, 204],
  'GET /fhir/Group': [403, 200, 200, 200, 200, 200],
  'GET /fhir/Group/:id': [403, 200, 200, 200, 200, 200],
};

/** @throws for a route that has no statuses in the table */
export function statusesOf(method: string, path: string, types: readonly string[]): readonly number[] {
  const [, type = ''] = /^\/fhir\/(\w+)/.exec(path) ?? [];
  const ofTypes = types.includes(type) ? path.replace(type, '{type}') : path;
  const statuses = STATUSES[`${method} ${path}`] ?? STATUSES[`${method} ${ofTypes}`];
  if (statuses === undefined) throw new Error(`say in auth-statuses.ts what ${method} ${path} answers`);
  return statuses;
}
