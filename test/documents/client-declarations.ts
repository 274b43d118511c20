import { ISSUE_CODES } from '@millrace/fhir';
import {
  COLUMN_EXTENSION,
  EXPORT_FILE_EXTENSION,
  EXPORT_STATUS_HEADER,
  FORMATS,
  KICK_OFF_OPERATIONS,
  NOTICES_HEADER,
  OPERATIONS,
  runMediaType,
} from '@millrace/protocol';
import type { OperationDeclaration, OutParameterDeclaration } from '@millrace/protocol';

type Declared = Pick<OutParameterDeclaration, 'name' | 'type' | 'part'>;
type Types = Readonly<Record<string, string>>;

/** Types of parameters by name; a part has the name of its parameter before its own, with a dot. */
function typesOf(parameters: readonly Declared[], before = ''): Types {
  return Object.fromEntries(
    parameters.flatMap(({ name, type, part = [] }) => [
      [`${before}${name}`, type],
      ...Object.entries(typesOf(part, `${before}${name}.`)),
    ]),
  );
}

function operation(id: string): OperationDeclaration {
  const found = OPERATIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
}

/** Those of all levels. */
function bulkTypes(version: 3 | 4): Types {
  const all = KICK_OFF_OPERATIONS.filter((one) => one.result === 'bulk' && one.version === version);
  return Object.assign({}, ...all.map(({ parameters }) => typesOf(parameters))) as Types;
}

/**
 * The declarations of the wire that the client is typed by, as the text of a module. The client has no other way to them: a
 * package that is installed alone must not bring the server along.
 */
export function clientDeclarations(): string {
  const [run, table] = [operation('sql-run'), operation('sql-export')];
  const mediaTypes = Object.fromEntries(
    [...(Object.keys(FORMATS) as (keyof typeof FORMATS)[]), 'fhir' as const].map((format) => [
      format,
      runMediaType(format),
    ]),
  );
  return `// Written by \`npm run docs\` from the declarations in packages/protocol. A test fails when it is stale.

/** Operations with their in-parameters and the types of these; with a dot, those of their parts. */
export const IN_PARAMETERS = ${json({ [run.code]: typesOf(run.parameters), [table.code]: typesOf(table.parameters) })} as const;

/** In-parameters of Bulk Data, by the major version of its guide. */
export const BULK_PARAMETERS = ${json({ 3: bulkTypes(3), 4: bulkTypes(4) })} as const;

/** Parameters of the answers about an export of tables. */
export const OUT_PARAMETERS = ${json(typesOf(table.outParameters))} as const;

/** Media types of rows, by the code of their format. */
export const MEDIA_TYPES = ${json(mediaTypes)} as const;

/** Tells of notices about a run. */
export const NOTICES_HEADER = ${json(NOTICES_HEADER)};

/** Has the status of an export whose poll is answered with 200. */
export const EXPORT_STATUS_HEADER = ${json(EXPORT_STATUS_HEADER)};

/** Facts about a file, beside its URL. Other servers do not send it. */
export const EXPORT_FILE_EXTENSION = ${json(EXPORT_FILE_EXTENSION)};

/** A column of an output, with its types. Other servers do not send it. */
export const COLUMN_EXTENSION = ${json(COLUMN_EXTENSION)};

/** Codes of issues of an OperationOutcome. https://hl7.org/fhir/R4/valueset-issue-type.html */
export type IssueCode = ${ISSUE_CODES.map((code) => JSON.stringify(code)).join(' | ')};
`;
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
