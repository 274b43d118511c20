import { pathToFileURL } from 'node:url';
import { manifestOf, type ExportOutput, type OutputColumn } from '@millrace/client';
import { columnSqlType } from '@millrace/formats';
import { repeatedColumn } from '@millrace/sqlquery';
import { parseAnsiType, type Handling } from '@millrace/viewdef';
import { acceptViews } from '../../accept-views.js';
import { CommandFailedError } from '../../errors.js';
import type { ViewFile } from '../../view-file.js';
import { versionOf } from '../../view-version.js';
import type { LoadedColumn } from './loaded-table.js';

/** A table as its source tells of it. */
export interface ToldTable {
  readonly name: string;
  readonly columns: readonly LoadedColumn[];
  /** The column by which the files are divided into folders. */
  readonly partitionBy?: string | undefined;
  /** Of the files, where the source tells it. */
  readonly format: string | undefined;
}

export interface ToldTables {
  readonly tables: readonly ToldTable[];
  readonly warnings: readonly string[];
}

/**
 * The tables of a view, or of the result of an export.
 *
 * @throws CommandFailedError with a line for each fault
 */
export function tablesOf(file: ViewFile, handling: Handling): ToldTables {
  const told = file.view['resourceType'] === 'Parameters' ? ofResult(file) : ofView(file, handling);
  for (const { name, columns } of told.tables) {
    const repeated = repeatedColumn(columns);
    if (repeated === undefined) continue;
    const what = `the columns ${repeated.join(' and ')} of ${name}`;
    throw new CommandFailedError(
      `${file.path}: SQL cannot tell ${what} apart, because case counts for nothing in it`,
    );
  }
  return told;
}

function ofView(file: ViewFile, handling: Handling): ToldTables {
  const { views, faults, warnings } = acceptViews([file], {
    engine: 'auto',
    fhirVersion: versionOf(file),
    isVersionGiven: false,
    bases: [],
    handling,
  });
  if (faults.length > 0) throw new CommandFailedError(faults.join('\n'));
  const tables = views.map(({ name, compiled }) => ({
    name,
    columns: compiled.columns.map((column) => {
      return {
        name: column.name,
        type: columnSqlType(column),
        isList: column.collection,
        isDecimal: isDecimal(column.fhirType),
      };
    }),
    format: undefined,
  }));
  return { tables, warnings };
}

function ofResult({ path, view }: ViewFile): ToldTables {
  const { outputs, format } = manifestOf(view, pathToFileURL(path).href);
  const tables = outputs.map((output): ToldTable => {
    const [partitioned] = output.files.filter(({ partition }) => partition !== undefined);
    const partitionBy = partitioned?.partition?.split('=')[0];
    return { name: output.name, columns: columnsOf(path, output), partitionBy, format };
  });
  return { tables, warnings: [] };
}

function columnsOf(path: string, { name, columns }: ExportOutput): readonly LoadedColumn[] {
  if (columns === undefined)
    throw new CommandFailedError(
      `${path}: the output ${name} does not tell its columns: give the views of the export instead`,
    );
  return columns.map((column) => columnOf(path, name, column));
}

/** Lists of SQL outputs are told by their type, and those of views apart from it. */
function columnOf(
  path: string,
  output: string,
  { name, fhirType, sqlType = '', collection }: OutputColumn,
): LoadedColumn {
  const [, entry = sqlType, list] = /^(.*?)(\[\])?$/.exec(sqlType) ?? [];
  // The engine of SQL has this name for 32 bits.
  const type = parseAnsiType(entry === 'FLOAT' ? 'REAL' : entry);
  if (type !== undefined)
    return { name, type, isList: collection || list !== undefined, isDecimal: isDecimal(fhirType) };
  const told = sqlType === '' ? 'no type' : `the type ${sqlType}`;
  throw new CommandFailedError(
    `${path}: the column ${name} of the output ${output} has ${told}, for which no table of another engine has one: cast it in the SQL or the view`,
  );
}

/** The type of FHIR or of FHIRPath, by its code or its URL. */
const isDecimal = (fhirType = ''): boolean => /(?:^|[/.])decimal$/i.test(fhirType);
