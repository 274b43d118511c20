import type { Resource } from '@millrace/fhir';
import { isBindableType, BINDABLE_TYPES } from '../bound-values.js';
import type { LibraryKind } from '../library.js';
import { readLibrary } from '../read-library.js';
import { readAnnotations } from './read-annotations.js';
import type { Annotation, LineRemark, SingleKey } from './read-annotations.js';

/** A Library that was made of an SQL file. */
export interface BuiltLibrary {
  /** Of no use where there are faults. */
  readonly library: Resource;
  readonly faults: readonly LineRemark[];
  readonly warnings: readonly LineRemark[];
}

const GUIDE = 'http://hl7.org/fhir/uv/sql-on-fhir';
const STATUSES = ['draft', 'active', 'retired', 'unknown'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Makes a Library of an SQL text with annotations. The text is kept as it is, so that places in it are places in its file.
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html, "SQL Annotations" and "Tooling"
 *
 * @param fileName without its ending: it names a Library without the annotation `name`
 */
export function buildLibrary(sql: string, fileName: string, kind: LibraryKind): BuiltLibrary {
  const { one, many, code, faults: unread, warnings: unknown } = readAnnotations(sql);
  const faults: LineRemark[] = [...unread];
  const warnings: LineRemark[] = [...unknown];
  const fault = ({ line }: Annotation, diagnostics: string): void => void faults.push({ line, diagnostics });

  const { name, status } = one;
  if (name !== undefined && !NAME.test(name.value))
    fault(name, `@name is ${quoted(name.value)}; expected a name of letters, digits and underscores`);
  if (status !== undefined && !STATUSES.includes(status.value))
    fault(status, `@status is ${quoted(status.value)}; expected one of ${STATUSES.join(', ')}`);
  if (one.url !== undefined && !/^[a-z][a-z0-9+.-]*:[^\s|]+$/i.test(one.url.value))
    fault(one.url, `@url is ${quoted(one.url.value)}; expected an absolute URL without a version`);

  const parameter = many.param.map((annotation) => {
    const [parameterName = '', type = '', ...words] = annotation.value.split(/\s+/);
    if (!NAME.test(parameterName))
      fault(annotation, `@param names ${quoted(parameterName)}; expected letters, digits and underscores`);
    if (!isBindableType(type))
      fault(
        annotation,
        `@param ${parameterName} has the type ${quoted(type)}; expected one of ${BINDABLE_TYPES.join(', ')}`,
      );
    if (!new RegExp(`:${parameterName}\\b`).test(code))
      warnings.push({
        line: annotation.line,
        diagnostics: `the SQL has no :${parameterName}, which @param declares`,
      });
    const documentation = words.join(' ');
    return { name: parameterName, use: 'in', type, ...(documentation === '' ? {} : { documentation }) };
  });
  if (kind === 'view' && many.param[0] !== undefined)
    fault(many.param[0], '@param is for queries: an SQLView has no parameters');

  const relatedArtifact = many.relatedDependency.map((annotation) => {
    const [, resource = annotation.value, given] = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(annotation.value) ?? [];
    const label = given ?? /([^/|#:]+)(?:\|.*)?$/.exec(resource)?.[1] ?? '';
    if (!NAME.test(label))
      fault(
        annotation,
        `@relatedDependency ${quoted(annotation.value)} has no label that is a name in SQL; expected "URL as label"`,
      );
    else if (!new RegExp(`\\b${label}\\b`, 'i').test(code) && !sql.includes(`"${label}"`))
      warnings.push({ line: annotation.line, diagnostics: `the SQL does not use the table ${label}` });
    return { type: 'depends-on', resource, label };
  });

  const text = (key: SingleKey): Readonly<Record<string, string>> => {
    const found = one[key];
    return found === undefined ? {} : { [key]: found.value };
  };
  const data = Buffer.from(sql).toString('base64');
  const library: Resource = {
    resourceType: 'Library',
    meta: { profile: [`${GUIDE}/StructureDefinition/${kind === 'query' ? 'SQLQuery' : 'SQLView'}`] },
    ...text('url'),
    ...text('version'),
    name: name?.value ?? nameOf(fileName),
    ...text('title'),
    status: status?.value ?? 'draft',
    type: { coding: [{ system: `${GUIDE}/CodeSystem/LibraryTypesCodes`, code: `sql-${kind}` }] },
    ...text('publisher'),
    ...text('description'),
    ...(many.author.length === 0 ? {} : { author: many.author.map(({ value }) => ({ name: value })) }),
    ...(relatedArtifact.length === 0 ? {} : { relatedArtifact }),
    ...(parameter.length === 0 ? {} : { parameter }),
    content: [
      {
        contentType: 'application/sql',
        extension: [{ url: `${GUIDE}/StructureDefinition/sql-text`, valueString: sql }],
        data,
      },
    ],
  };
  if (code.trim() === '')
    faults.push({ line: undefined, diagnostics: 'there is no SQL beside the comments' });
  // Faults of names that are given twice have no line of their own there.
  const read = faults.length === 0 ? readLibrary(library, kind) : undefined;
  if (read?.kind === 'faulty') {
    for (const { expression, diagnostics } of read.faults)
      faults.push({ line: undefined, diagnostics: `${expression} ${diagnostics}` });
  }
  return { library, faults, warnings };
}

/** A file may have any name. */
function nameOf(fileName: string): string {
  const name = fileName.replace(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
