import type { ElementFault } from '@millrace/fhir';
import type { SqlAttachment, SqlLibrary } from './library.js';

/** The dialect of the engine, as a code of the guide's SQLContentTypeCodes. */
const DIALECT = 'duckdb';

/** More than any statement of a person has: an analysis reads all of it. */
const MOST_CHARACTERS = 256 << 10;

/** The SQL of a Library that the engine runs. */
export interface ChosenSql {
  readonly sql: string;
  /** Such as `Library.content[0].data`. */
  readonly expression: string;
}

/**
 * The attachment for the engine: of its dialect, else the one without a dialect. Of several the first one counts.
 * `data` is what counts; the extension `sql-text` is for people.
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html
 */
export function chooseSql({ attachments }: Pick<SqlLibrary, 'attachments'>): ChosenSql | ElementFault {
  const dialects = attachments.map(dialectOf);
  const own = dialects.indexOf(DIALECT);
  const at = own >= 0 ? own : dialects.indexOf(undefined);
  const attachment = attachments[at];
  if (attachment === undefined) {
    const found = [...new Set(dialects)].map((dialect) => JSON.stringify(dialect?.slice(0, 50))).join(', ');
    const diagnostics = `has SQL of the dialects ${found} only; expected application/sql without a dialect, or with dialect=${DIALECT}`;
    return { expression: 'Library.content', diagnostics };
  }
  const expression = `Library.content[${at}].data`;
  const text = decoded(attachment);
  if (text === undefined) return { expression, diagnostics: 'is not base64 of UTF-8 text' };
  if (text.length > MOST_CHARACTERS) {
    const diagnostics = `has ${text.length} characters of SQL; expected at most ${MOST_CHARACTERS}`;
    return { expression, diagnostics };
  }
  return { sql: text, expression };
}

/** In lower case; undefined for the default variant. */
function dialectOf({ contentType }: SqlAttachment): string | undefined {
  const found = /;\s*dialect\s*=\s*("?)([^";\s]*)\1/i.exec(contentType);
  return found?.[2]?.toLowerCase();
}

function decoded({ data }: SqlAttachment): string | undefined {
  const bytes = Buffer.from(data, 'base64');
  // Node passes over what is no base64; a text that was cut must not run.
  if (bytes.toString('base64').replace(/=+$/, '') !== data.replace(/[\s=]/g, '')) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
