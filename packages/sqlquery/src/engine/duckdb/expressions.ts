import { randomBytes } from 'node:crypto';
import type { SqlFormat, SqlOutput } from '../sql-engine.js';
import { quotedName, quotedText, sqlNameOf } from './output-type.js';
import type { OutputField, OutputType } from './output-type.js';

/**
 * Errors of ours among those of the SQL have it. SQL that could guess it could have its values told as words of ours, by its own
 * errors.
 */
export const OWN_ERROR = `millrace ${randomBytes(16).toString('hex')}: `;

const refuse = (message: string): string => `error(${quotedText(OWN_ERROR + message)})`;

/** The value of a column in its type of output, checked where the type holds more than the formats do. */
export function typedValue({ name, type }: OutputField, column: string, s: string): string {
  const cast = `CAST(${column} AS ${sqlNameOf(type)})`;
  const faults = valueFaults(type, cast, s);
  if (faults.length === 0) return cast;
  const title = JSON.stringify(name);
  const cases = faults.map(
    ({ when, what }) => `WHEN ${when} THEN ${refuse(`the column ${title} has ${what}`)}`,
  );
  return `CASE ${cases.join(' ')} ELSE ${cast} END`;
}

interface ValueFault {
  /** True where the value has the fault. */
  readonly when: string;
  /** Such as `a number that is not finite`. */
  readonly what: string;
}

/** The faults that values of a type may have, also within lists and objects: no format has a form for them. */
function valueFaults(type: OutputType, value: string, s: string, depth = 0): readonly ValueFault[] {
  switch (type.kind) {
    case 'date':
      return [beyond(value, "DATE '0001-01-01'", "DATE '9999-12-31'")];
    case 'timestamp':
      return [beyond(value, "TIMESTAMP '0001-01-01'", "TIMESTAMP '9999-12-31 23:59:59.999999'")];
    case 'instant':
      return [
        beyond(value, "TIMESTAMPTZ '0001-01-01 00:00:00+00'", "TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'"),
      ];
    case 'time':
      return [{ when: `${value} = TIME '24:00:00'`, what: 'the time 24:00:00, which ends a day' }];
    case 'float':
      return [{ when: `NOT isfinite(${value})`, what: 'a number that is not finite' }];
    case 'json':
      return [{ when: `${s}.is_no_json(${value})`, what: 'a text that is no JSON' }];
    case 'list': {
      const element = `x${depth}`;
      return valueFaults(type.element, element, s, depth + 1).map(({ when, what }) => ({
        when: `len(list_filter(${value}, lambda ${element}: coalesce(${when}, false))) > 0`,
        what,
      }));
    }
    case 'struct':
      return type.fields.flatMap(({ name, type: inner }) =>
        valueFaults(inner, `struct_extract(${value}, ${quotedText(name)})`, s, depth),
      );
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'text':
    case 'binary':
      return [];
    default:
      return type satisfies never;
  }
}

function beyond(value: string, first: string, last: string): ValueFault {
  return { when: `${value} NOT BETWEEN ${first} AND ${last}`, what: 'a date beyond the years 1 to 9999' };
}

/** Characters with which formulas of spreadsheets begin. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA_STARTS: readonly string[] = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '\uff1d',
  '\uff0b',
  '\uff0d',
  '\uff20',
];

const characterText = (character: string): string => `chr(${character.codePointAt(0)})`;

/** Macros that the expressions below call; `s` is the schema that has them. Each takes a value and gives text. */
export function macros(s: string): readonly string[] {
  return [
    // As JavaScript writes a number: https://tc39.es/ecma262/#sec-numeric-types-number-tostring
    `CREATE MACRO ${s}.number_text(d) AS CASE
       WHEN d IS NULL THEN NULL
       WHEN abs(d) < 1e16 AND d = trunc(d) THEN CAST(CAST(d AS BIGINT) AS VARCHAR)
       WHEN abs(d) >= 1e16 AND abs(d) < 1e21 THEN ${s}.long_text(CAST(d AS VARCHAR))
       WHEN abs(d) < 1e-6 THEN replace(CAST(d AS VARCHAR), 'e-0', 'e-')
       WHEN abs(d) < 1e-4 THEN ${s}.short_text(CAST(d AS VARCHAR))
       ELSE CAST(d AS VARCHAR) END`,
    // 1.25e+20 is 125000000000000000000.
    `CREATE MACRO ${s}.long_text(t) AS CASE WHEN t NOT LIKE '%e+%' THEN regexp_replace(t, '\\.0$', '') ELSE
       (CASE WHEN t LIKE '-%' THEN '-' ELSE '' END) ||
       rpad(replace(ltrim(split_part(t, 'e+', 1), '-'), '.', ''), CAST(split_part(t, 'e+', 2) AS INTEGER) + 1, '0') END`,
    // 1.25e-05 is 0.0000125.
    `CREATE MACRO ${s}.short_text(t) AS CASE WHEN t NOT LIKE '%e-%' THEN t ELSE
       (CASE WHEN t LIKE '-%' THEN '-' ELSE '' END) || '0.' ||
       repeat('0', CAST(split_part(t, 'e-', 2) AS INTEGER) - 1) || replace(ltrim(split_part(t, 'e-', 1), '-'), '.', '') END`,
    // DuckDB writes some control characters with capital digits, and JavaScript does not. A backslash that stands for itself
    // is out of the way while they are replaced; to_json leaves no control character as it is, so that chr(1) is free.
    `CREATE MACRO ${s}.string_json(t) AS CASE WHEN regexp_matches(t, '[\\x0b\\x0e\\x0f\\x1a-\\x1f]') THEN
       replace(${['B', 'E', 'F']
         .map((digit) => `0${digit}`)
         .concat(['1A', '1B', '1C', '1D', '1E', '1F'])
         .reduce(
           (text, code) => `replace(${text}, '\\u00${code}', '\\u00${code.toLowerCase()}')`,
           "replace(CAST(to_json(t) AS VARCHAR), '\\\\', chr(1))",
         )}, chr(1), '\\\\')
       ELSE CAST(to_json(t) AS VARCHAR) END`,
    `CREATE MACRO ${s}.csv_text(t) AS CASE WHEN regexp_matches(t, '[",\\n\\r]') THEN '"' || replace(t, '"', '""') || '"' ELSE t END`,
    `CREATE MACRO ${s}.harmless_text(t) AS CASE WHEN left(t, 1) IN (${FORMULA_STARTS.map(characterText).join(', ')}) THEN '''' || t ELSE t END`,
    `CREATE MACRO ${s}.timestamp_text(x) AS replace(CAST(x AS VARCHAR), ' ', 'T')`,
    `CREATE MACRO ${s}.one_line(t) AS translate(t, chr(10) || chr(13), '  ')`,
    // DuckDB reads commas behind the last entry, NaN and infinite numbers, which https://www.rfc-editor.org/rfc/rfc8259 does not know.
    `CREATE MACRO ${s}.is_no_json(t) AS NOT json_valid(t) OR
       regexp_matches(regexp_replace(t, '"(?:[^"\\\\]|\\\\.)*"', '', 'g'), '(?i)nan|inf|,\\s*[\\]}]')`,
  ];
}

/** The text of a value that is neither a list nor an object; a null stays null. */
function plainText(type: Exclude<OutputType, { kind: 'list' | 'struct' }>, value: string, s: string): string {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'text':
    case 'json':
    case 'date':
    case 'time':
      return `CAST(${value} AS VARCHAR)`;
    case 'decimal':
      // DuckDB writes .5 where all digits are behind the point.
      return type.precision > type.scale
        ? `CAST(${value} AS VARCHAR)`
        : `regexp_replace(CAST(${value} AS VARCHAR), '^(-?)[.]', '\\10.')`;
    case 'float':
      return `${s}.number_text(${value})`;
    case 'binary':
      return `to_base64(${value})`;
    case 'timestamp':
      return `${s}.timestamp_text(${value})`;
    case 'instant':
      return `${s}.timestamp_text(make_timestamp(epoch_us(${value}))) || 'Z'`;
    default:
      return type satisfies never;
  }
}

/** A value as JSON; a null stays null. */
function jsonText(type: OutputType, value: string, s: string, depth = 0): string {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'float':
      return plainText(type, value, s);
    case 'json':
      // White space between tokens may be line ends, and a row is one line.
      return `${s}.one_line(CAST(${value} AS VARCHAR))`;
    case 'text':
      return `${s}.string_json(${value})`;
    case 'binary':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return `('"' || ${plainText(type, value, s)} || '"')`;
    case 'list': {
      const element = `x${depth}`;
      const text = jsonText(type.element, element, s, depth + 1);
      return `('[' || array_to_string(list_transform(${value}, lambda ${element}: coalesce(${text}, 'null')), ',') || ']')`;
    }
    case 'struct': {
      const fields = type.fields.map(({ name, type: inner }, at) => {
        const text = jsonText(inner, `struct_extract(${value}, ${quotedText(name)})`, s, depth);
        return `${quotedText(`${at === 0 ? '' : ','}${JSON.stringify(name)}:`)} || coalesce(${text}, 'null')`;
      });
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE '{' || ${fields.join(' || ')} || '}' END`;
    }
    default:
      return type satisfies never;
  }
}

/** A field of CSV as `@millrace/formats` writes it: a null is empty, and lists and objects are JSON. */
function csvField({ type }: OutputField, column: string, s: string, formulas: SqlOutput['formulas']): string {
  const harmless = (text: string): string => (formulas === undefined ? text : `${s}.harmless_text(${text})`);
  switch (type.kind) {
    case 'list':
    case 'struct':
    case 'text':
    case 'json': {
      const text = type.kind === 'text' ? column : jsonText(type, column, s);
      return `coalesce(${s}.csv_text(${harmless(text)}), '')`;
    }
    case 'binary':
      return `coalesce(${harmless(plainText(type, column, s))}, '')`;
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'float':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return `coalesce(${plainText(type, column, s)}, '')`;
    default:
      return type satisfies never;
  }
}

/** The element of a row in the format fhir; undefined where the type has none. */
function fhirElement(type: OutputType): string | undefined {
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
      return 'valueDateTime';
    case 'instant':
      return 'valueInstant';
    case 'json':
    case 'list':
    case 'struct':
      return undefined;
    default:
      return type satisfies never;
  }
}

/** Whether the type has a form in a format. */
export function hasForm(type: OutputType, format: SqlFormat): boolean {
  return format !== 'fhir' || fhirElement(type) !== undefined;
}

/**
 * A part of a row of `Parameters`; null where the value is.
 * https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLRun.html#sql-to-fhir-type-mapping
 */
function fhirPart({ name, type }: OutputField, column: string, s: string): string {
  const start = quotedText(`{"name":${JSON.stringify(name)},"${fhirElement(type) ?? ''}":`);
  return `${start} || ${fhirValue(type, column, s)} || '}'`;
}

function fhirValue(type: OutputType, column: string, s: string): string {
  // https://hl7.org/fhir/json.html#primitive: text, because readers of JSON lose digits of it.
  if (type.kind === 'integer' && type.bits === 64) return `'"' || CAST(${column} AS VARCHAR) || '"'`;
  // An instant has milliseconds at most: they are rounded, within the last year that there is.
  if (type.kind === 'instant') {
    const nearest = `make_timestamp(CAST(floor((epoch_us(${column}) + 500) / 1000) AS BIGINT) * 1000)`;
    const last = "TIMESTAMP '9999-12-31 23:59:59.999'";
    const rounded = `CASE WHEN ${nearest} > ${last} THEN ${last} ELSE ${nearest} END`;
    return `'"' || ${s}.timestamp_text(${rounded}) || 'Z"'`;
  }
  return jsonText(type, column, s);
}

/** One row as one text, in a format of text. Columns are named by `nameOf`, and have the values of `typedValue`. */
export function rowText(
  format: Exclude<SqlFormat, 'parquet'>,
  fields: readonly OutputField[],
  nameOf: (index: number) => string,
  s: string,
  formulas?: SqlOutput['formulas'],
): string {
  switch (format) {
    case 'csv': {
      const texts = fields.map((field, at) => csvField(field, nameOf(at), s, formulas));
      // Many readers skip an empty line.
      if (texts.length === 1) return `coalesce(nullif(${texts.join('')}, ''), '""')`;
      return `concat(${texts.join(`, ',', `)})`;
    }
    case 'ndjson':
    case 'json': {
      const texts = fields.map(({ name, type }, at) => {
        const key = quotedText(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`);
        return `${key}, coalesce(${jsonText(type, nameOf(at), s)}, 'null')`;
      });
      return `concat(${texts.join(', ')}, '}')`;
    }
    case 'fhir': {
      const parts = `concat_ws(',', ${fields.map((field, at) => fhirPart(field, nameOf(at), s)).join(', ')})`;
      return `concat('{"name":"row"', CASE WHEN ${parts} = '' THEN '' ELSE concat(',"part":[', ${parts}, ']') END, '}')`;
    }
    default:
      return format satisfies never;
  }
}

/** How rows become a file. */
export interface Layout {
  readonly head: string;
  /** Between two rows; `'\n'` also stands behind the last one. */
  readonly separator: '\n' | ',\n';
  readonly tail: string;
  /** All of a file without rows. */
  readonly empty: string;
}

export function layoutOf(
  format: Exclude<SqlFormat, 'parquet'>,
  names: readonly string[],
  header: boolean,
  formulas?: SqlOutput['formulas'],
): Layout {
  switch (format) {
    case 'csv': {
      const head = header ? `${names.map((name) => csvName(name, formulas)).join(',')}\n` : '';
      return { head, separator: '\n', tail: '', empty: head };
    }
    case 'ndjson':
      return { head: '', separator: '\n', tail: '', empty: '' };
    case 'json':
      return { head: '[', separator: ',\n', tail: ']', empty: '[]' };
    case 'fhir':
      return {
        head: '{"resourceType":"Parameters","parameter":[',
        separator: ',\n',
        tail: ']}',
        empty: '{"resourceType":"Parameters"}',
      };
    default:
      return format satisfies never;
  }
}

function csvName(name: string, formulas: SqlOutput['formulas']): string {
  const text = formulas !== undefined && FORMULA_STARTS.includes(name.charAt(0)) ? `'${name}` : name;
  return /[",\n\r]/.test(text) ? quotedName(text) : text;
}
