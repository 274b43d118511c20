/** The kinds of artefact whose content is a relation that no view computes. */
export type TerminologyKind = 'ValueSet' | 'ConceptMap';

/** A column, with its type as SQL knows it. */
export interface TerminologyColumn {
  readonly name: string;
  readonly type: 'VARCHAR' | 'BOOLEAN';
}

/** The values of one row, in the order of the columns. */
export type TerminologyRow = readonly (string | boolean | null)[];

const text = (name: string): TerminologyColumn => ({ name, type: 'VARCHAR' });

/**
 * The columns of a relation; `system` and `code`, or `source_system` and `source_code`, are never null.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
export const TERMINOLOGY_COLUMNS: Readonly<Record<TerminologyKind, readonly TerminologyColumn[]>> = {
  ValueSet: [
    text('system'),
    text('version'),
    text('code'),
    text('display'),
    { name: 'inactive', type: 'BOOLEAN' },
  ],
  ConceptMap: [
    text('source_system'),
    text('source_version'),
    text('source_code'),
    text('source_display'),
    text('target_system'),
    text('target_version'),
    text('target_code'),
    text('target_display'),
    text('relationship'),
  ],
};

/** The columns in which no two rows of a relation agree; nulls count as equal. */
export const KEY_COLUMNS: Readonly<Record<TerminologyKind, readonly string[]>> = {
  ValueSet: ['system', 'version', 'code'],
  ConceptMap: [
    'source_system',
    'source_version',
    'source_code',
    'target_system',
    'target_version',
    'target_code',
    'relationship',
  ],
};
