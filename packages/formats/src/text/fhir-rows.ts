import type { ScanPart } from '@millrace/scan';
import { NumberText } from '@millrace/viewdef';
import type { Cell, ViewColumn } from '@millrace/viewdef';
import { CellTypeError, ColumnListError } from '../errors.js';
import { columnSqlType } from '../sql/column-sql-type.js';
import type { TextLayout } from './text-part.js';

export const FHIR_ROWS_HEAD = '{"resourceType":"Parameters","parameter":[';
export const FHIR_ROWS_TAIL = ']}';
/** FHIR has no empty lists. */
export const FHIR_ROWS_EMPTY = '{"resourceType":"Parameters"}';

type ValueElement =
  | 'valueBoolean'
  | 'valueInteger'
  | 'valueInteger64'
  | 'valueDecimal'
  | 'valueString'
  | 'valueBase64Binary'
  | 'valueDate'
  | 'valueTime'
  | 'valueDateTime'
  | 'valueInstant';

/**
 * A Parameters resource with a `row` for each row, which has a part with a typed value for each column that is not null.
 *
 * https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLRun.html
 *
 * @throws ColumnTypeError when a tag names no known type, ColumnListError
 */
export function fhirRowsLayout(columns: readonly ViewColumn[]): TextLayout {
  const parts = columns.map((column) => ({
    start: partStart(column),
    value: writerOf(column),
  }));
  return {
    head: FHIR_ROWS_HEAD,
    separator: ',\n',
    tail: FHIR_ROWS_TAIL,
    empty: FHIR_ROWS_EMPTY,
    row(row) {
      let text = '';
      for (let at = 0; at < parts.length; at += 1) {
        const cell = row[at];
        const part = parts[at];
        if (cell === null || cell === undefined || part === undefined) continue;
        text += `${text === '' ? '' : ','}${part.start}${part.value(cell)}}`;
      }
      return text === '' ? '{"name":"row"}' : `{"name":"row","part":[${text}]}`;
    },
  };
}

const TAKES: Readonly<Record<ValueElement, ScanPart['takes']>> = {
  valueBoolean: 'boolean',
  valueInteger: 'integer',
  valueInteger64: 'integer64',
  valueDecimal: 'decimal',
  valueString: 'text',
  valueBase64Binary: 'text',
  valueDate: 'text',
  valueTime: 'text',
  valueDateTime: 'text',
  valueInstant: 'instant',
};

/**
 * The parts of rows as the scan writes them. What it does not take is for `fhirRowsLayout`: of columns whose type is not known
 * all but text.
 *
 * @throws ColumnTypeError when a tag names no known type, ColumnListError
 */
export function fhirParts(columns: readonly ViewColumn[]): readonly ScanPart[] {
  return columns.map((column) => {
    if (column.collection) throw new ColumnListError(column.name);
    const element = elementOf(column);
    return { label: `${partStart(column)}"${element}":`, takes: TAKES[element] };
  });
}

const partStart = ({ name }: ViewColumn): string => `{"name":${JSON.stringify(name)},`;

/** Writes a value with its element: `"valueInteger":5`, and throws CellTypeError where it does not fit. */
function writerOf(column: ViewColumn): (cell: Cell) => string {
  if (column.collection) throw new ColumnListError(column.name);
  const element = elementOf(column);
  const isUntyped = column.fhirType === undefined && column.ansiType === undefined;
  return (cell) => {
    const chosen = isUntyped ? (elementOfValue(cell) ?? element) : element;
    const text = jsonOf(chosen, cell);
    if (text === undefined) throw new CellTypeError(column.name, cell, chosen);
    return `"${chosen}":${text}`;
  };
}

const BY_FHIR_TYPE: Readonly<Record<string, ValueElement>> = {
  date: 'valueDate',
  dateTime: 'valueDateTime',
  time: 'valueTime',
};

/**
 * The element that carries the values of a column, by its SQL type; FHIR dates, which may be partial, stay what they are. */
function elementOf(column: ViewColumn): ValueElement {
  const dated = column.ansiType === undefined ? BY_FHIR_TYPE[column.fhirType ?? ''] : undefined;
  if (dated !== undefined) return dated;
  const type = columnSqlType(column);
  switch (type.kind) {
    case 'boolean':
      return 'valueBoolean';
    case 'integer':
      return type.bits === 64 ? 'valueInteger64' : 'valueInteger';
    case 'decimal':
    case 'float':
      return 'valueDecimal';
    case 'text':
      return 'valueString';
    case 'binary':
      return 'valueBase64Binary';
    case 'date':
      return 'valueDate';
    case 'time':
      return 'valueTime';
    case 'timestamp':
      return type.withTimeZone ? 'valueInstant' : 'valueDateTime';
    default:
      return type satisfies never;
  }
}

/** Of a column whose type is not known. */
function elementOfValue(cell: Cell): ValueElement | undefined {
  if (typeof cell === 'string') return 'valueString';
  if (typeof cell === 'boolean') return 'valueBoolean';
  if (typeof cell === 'number') return isInteger(cell) ? 'valueInteger' : 'valueDecimal';
  return cell instanceof NumberText ? 'valueDecimal' : undefined;
}

/** Undefined for a value that the element cannot carry. */
function jsonOf(element: ValueElement, cell: Cell): string | undefined {
  switch (element) {
    case 'valueBoolean':
      return typeof cell === 'boolean' ? String(cell) : undefined;
    case 'valueInteger':
      return isInteger(cell) ? numberText(cell) : undefined;
    case 'valueInteger64':
      // https://hl7.org/fhir/json.html#primitive: text, because JSON readers lose digits of it.
      return isWhole(cell) ? `"${numberText(cell)}"` : undefined;
    case 'valueDecimal':
      return numberText(cell);
    case 'valueInstant':
      return typeof cell === 'string' ? JSON.stringify(toMilliseconds(cell)) : undefined;
    case 'valueString':
    case 'valueBase64Binary':
    case 'valueDate':
    case 'valueTime':
    case 'valueDateTime':
      return typeof cell === 'string' ? JSON.stringify(cell) : undefined;
    default:
      return element satisfies never;
  }
}

function numberText(cell: Cell): string | undefined {
  if (cell instanceof NumberText) return cell.text;
  return typeof cell === 'number' ? String(cell) : undefined;
}

const isInteger = (cell: Cell): boolean => typeof cell === 'number' && (cell | 0) === cell;

const isWhole = (cell: Cell): boolean => /^-?\d{1,19}$/.test(numberText(cell) ?? '');

/** Rounds a longer fraction of a second, which an instant may not have. */
function toMilliseconds(instant: string): string {
  const [, start, next, zone] = /^(.*T\d\d:\d\d:\d\d\.\d{3})(\d)\d*(Z|[+-]\d\d:\d\d)$/.exec(instant) ?? [];
  if (start === undefined || next === undefined || zone === undefined) return instant;
  const time = Date.parse(`${start}Z`);
  if (next < '5' || Number.isNaN(time)) return `${start}${zone}`;
  return `${new Date(time + 1).toISOString().slice(0, -1)}${zone}`;
}
