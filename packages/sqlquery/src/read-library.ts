import { elementFault, parseCanonical } from '@millrace/fhir';
import type { ElementFault, Resource } from '@millrace/fhir';
import * as z from 'zod';
import type { Dependency, LibraryKind, LibraryParameter, SqlLibrary } from './library.js';

export type ReadLibrary =
  | { readonly kind: 'library'; readonly library: SqlLibrary }
  | { readonly kind: 'faulty'; readonly faults: readonly ElementFault[] };

/** More of each than any query has: a request may bring 200 Libraries. */
const MOST_ENTRIES = 500;

const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

const attachment = z.looseObject({
  contentType: z.string().regex(/^application\/sql(?:\s*;|$)/, 'must start with application/sql'),
  data: z.string().min(1, 'must not be empty').regex(BASE64, 'must be base64'),
});

const parameter = z.looseObject({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores'),
  use: z.literal('in', 'must be in'),
  type: z.string().min(1, 'must not be empty'),
  min: z.int().optional(),
});

const relatedArtifact = z.looseObject({
  type: z.literal('depends-on', 'must be depends-on'),
  resource: z.string().regex(/^[^\s|]+(?:\|\S*)?$/, 'must be a canonical URL'),
  // Stored JSON does not keep the name __proto__.
  label: z
    .string()
    .regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores'),
});

const list = <T extends z.ZodType>(entry: T) =>
  z.array(entry).max(MOST_ENTRIES, `must have at most ${MOST_ENTRIES} entries`);

const library = z.looseObject({
  content: list(attachment).min(1, 'must have an attachment with SQL'),
  parameter: list(parameter).optional(),
  relatedArtifact: list(relatedArtifact).optional(),
});

/** Reads a Library of this kind, or says all that is wrong with it. Its SQL is not looked at. */
export function readLibrary(resource: Resource, kind: LibraryKind): ReadLibrary {
  const parsed = library.safeParse(resource, { reportInput: true });
  if (!parsed.success)
    return { kind: 'faulty', faults: parsed.error.issues.map((issue) => elementFault(issue, 'Library')) };
  const { content, parameter: given = [], relatedArtifact: related = [] } = parsed.data;
  const attachments = content.map(({ contentType, data }) => ({ contentType, data }));
  const parameters = given.map(({ name, type, min }): LibraryParameter => ({
    name,
    type,
    isRequired: min !== undefined && min > 0,
  }));
  const dependencies = related.flatMap(({ resource: text, label }, at): Dependency[] => {
    const canonical = parseCanonical(text);
    return canonical === undefined
      ? []
      : [{ canonical, label, expression: `Library.relatedArtifact[${at}]` }];
  });
  const faults = [
    ...(kind === 'view' && given.length > 0
      ? [{ expression: 'Library.parameter', diagnostics: 'must be absent: an SQLView has no parameters' }]
      : []),
    ...repeated(
      parameters.map(({ name }) => name),
      (at) => `Library.parameter[${at}].name`,
    ),
    // Labels are SQL identifiers, in which case counts for nothing.
    ...repeated(
      dependencies.map(({ label }) => label.toLowerCase()),
      (at) => `Library.relatedArtifact[${at}].label`,
    ),
  ];
  return faults.length > 0
    ? { kind: 'faulty', faults }
    : { kind: 'library', library: { kind, attachments, parameters, dependencies } };
}

function repeated(
  names: readonly string[],
  expressionAt: (index: number) => string,
): readonly ElementFault[] {
  const seen = new Set<string>();
  return names.flatMap((name, at) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ expression: expressionAt(at), diagnostics: `"${name}" is given twice; expected another name` }];
  });
}
