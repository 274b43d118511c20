import type { Extension } from '@millrace/fhir';
import { partitionPath } from '@millrace/export';
import type { ManifestColumn, ManifestFile, ManifestTable, TerminologyProvenance } from '@millrace/export';
import type { FhirVersion } from '@millrace/viewdef';
import type { SourceChoice } from '../selection/choose-source.js';

/**
 * On each `output.location` of a result: what is in the file, so that a client can verify what it downloads.
 * Nested extensions `rows` and `bytes` (valueDecimal, whole numbers; a FHIR integer ends at 2^31) and `sha256`
 * (valueString, lower-case hex); where the file is stored in gzip, these are of its content, and `gzipBytes` and `gzipSha256` of
 * what is sent with `Content-Encoding: gzip`; where an output is partitioned, `partition` (valueString), the path of the partition as Hive has
 * it: `gender=male`, the value encoded as in a URI, and `__HIVE_DEFAULT_PARTITION__` for null. Clients that do not know it see the location alone. In manifests of Bulk Data 3 it is the
 * name of an object with `bytes` and `sha256`.
 */
export const EXPORT_FILE_EXTENSION = 'urn:millrace:fhir:extension:export-file';

export function exportFileExtension(file: ManifestFile): Extension {
  const { rows, unpacked, partitionValues } = file;
  const { bytes, sha256 } = unpacked ?? file;
  const partitions = Object.entries(partitionValues ?? {}).map((one) => partitionPath(...one));
  return {
    url: EXPORT_FILE_EXTENSION,
    extension: [
      { url: 'rows', valueDecimal: rows },
      { url: 'bytes', valueDecimal: bytes },
      { url: 'sha256', valueString: sha256 },
      ...(unpacked === undefined
        ? []
        : [
            { url: 'gzipBytes', valueDecimal: file.bytes },
            { url: 'gzipSha256', valueString: file.sha256 },
          ]),
      ...partitions.map((path) => ({ url: 'partition', valueString: path })),
    ],
  };
}

/**
 * On each `output` of a result whose rows have columns, once for each of them in their order, whatever the format: nested
 * extensions `name` (valueString), `fhirType` (valueCode), `collection` (valueBoolean: a cell is a list, and the types are those
 * of its entries), `sqlType` and `parquetType` (valueString). For a view they are what its operation `$schema` tells; for SQL,
 * `sqlType` is that of its engine (DuckDB), and the others are not there.
 */
export const COLUMN_EXTENSION = 'urn:millrace:fhir:extension:column';

export function columnExtension(column: ManifestColumn): Extension {
  const { name, fhirType, collection, sqlType, parquetType } = column;
  return {
    url: COLUMN_EXTENSION,
    extension: [
      { url: 'name', valueString: name },
      ...(fhirType === undefined ? [] : [{ url: 'fhirType', valueCode: fhirType }]),
      { url: 'collection', valueBoolean: collection },
      ...(sqlType === undefined ? [] : [{ url: 'sqlType', valueString: sqlType }]),
      ...(parquetType === undefined ? [] : [{ url: 'parquetType', valueString: parquetType }]),
    ],
  };
}

/**
 * On each `output` of a result that was asked for as a table: nested extensions `format` (valueCode), `destination` and `name`
 * (valueString), the folder of the table below the destination, and `version` (valueDecimal), the version with the rows of
 * the output.
 */
const TABLE_EXTENSION = 'urn:millrace:fhir:extension:table';

export function tableExtension({ format, destination, name, version }: ManifestTable): Extension {
  return {
    url: TABLE_EXTENSION,
    extension: [
      { url: 'format', valueCode: format },
      { url: 'destination', valueString: destination },
      { url: 'name', valueString: name },
      { url: 'version', valueDecimal: version },
    ],
  };
}

/**
 * On each `output` of a result, once for each ValueSet and ConceptMap that its SQL selects from: from what its rows were made.
 * Nested extensions `canonical` (valueCanonical, as it was asked for), `kind` (valueCode), `source` (valueCode: `context`,
 * `stored` or `terminology-server`) and `rows` (valueDecimal); where they are known `url` (valueUri), `version` (valueString) and
 * `server` (valueUrl); for a ValueSet `expansion` with `identifier` (valueUri), `timestamp` (valueDateTime) and, once for each
 * parameter of the expansion, `parameter` with `name` and `value` (valueString).
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
const TERMINOLOGY_EXTENSION = 'urn:millrace:fhir:extension:terminology';

export function terminologyExtension(made: TerminologyProvenance): Extension {
  const { canonical, kind, source, rows, url, version, server, expansion } = made;
  return {
    url: TERMINOLOGY_EXTENSION,
    extension: [
      { url: 'canonical', valueCanonical: canonical },
      { url: 'kind', valueCode: kind },
      { url: 'source', valueCode: source },
      { url: 'rows', valueDecimal: rows },
      ...(url === undefined ? [] : [{ url: 'url', valueUri: url }]),
      ...(version === undefined ? [] : [{ url: 'version', valueString: version }]),
      ...(server === undefined ? [] : [{ url: 'server', valueUrl: server }]),
      ...(expansion === undefined ? [] : [{ url: 'expansion', extension: expansionParts(expansion) }]),
    ],
  };
}

function expansionParts({
  identifier,
  timestamp,
  parameters,
}: NonNullable<TerminologyProvenance['expansion']>): readonly Extension[] {
  return [
    ...(identifier === undefined ? [] : [{ url: 'identifier', valueUri: identifier }]),
    ...(timestamp === undefined ? [] : [{ url: 'timestamp', valueDateTime: timestamp }]),
    ...parameters.map(({ name, value }) => ({
      url: 'parameter',
      extension: [
        { url: 'name', valueString: name },
        { url: 'value', valueString: String(value) },
      ],
    })),
  ];
}

/**
 * On `CapabilityStatement.rest`, once for each source that exports can read: `name` (valueString), `fhirVersion`
 * (valueCode), `default` (valueBoolean), whether it is exported where a request names none, and `baseUrl` (valueUri),
 * which repeats: absolute references under these are to its own resources.
 */
const SOURCE_EXTENSION = 'urn:millrace:fhir:extension:source';

export function sourceExtensions({ sources, defaultSource }: SourceChoice): readonly Extension[] {
  return [...sources].map(([name, { fhirVersion, baseUrls }]) => ({
    url: SOURCE_EXTENSION,
    extension: [
      { url: 'name', valueString: name },
      { url: 'fhirVersion', valueCode: FHIR_VERSION_CODES[fhirVersion] },
      { url: 'default', valueBoolean: name === defaultSource },
      ...baseUrls.map((valueUri) => ({ url: 'baseUrl', valueUri })),
    ],
  }));
}

/** https://hl7.org/fhir/valueset-FHIR-version.html */
export const FHIR_VERSION_CODES: Readonly<Record<FhirVersion, string>> = { R4: '4.0.1', R5: '5.0.0' };
