import { isJsonObject } from '@millrace/fhir';
import type { SqlFaultKind } from '../sql-fault.js';
import { engineValueIn } from './engine-values.js';
import { OWN_ERROR } from './expressions.js';

/** An error of DuckDB, read. */
export interface EngineError {
  /** `engine` where it is not the SQL that is at fault. */
  readonly kind: SqlFaultKind | 'engine';
  readonly message: string;
  /** In the text that DuckDB read, in bytes. */
  readonly position: number | undefined;
  /** A value of the engine that was asked for by its name alone. */
  readonly engineValue?: string;
}

/** Reads an error of a connection whose errors are JSON. Before a query runs, its text is all that an error can quote. */
export function readPrepareError(error: unknown): EngineError {
  const { type, message, subtype, position } = partsOf(error);
  const known = { message: withoutAdvice(message), position };
  switch (type) {
    case 'Parser':
    case 'Syntax':
      return { kind: 'syntax', ...known };
    case 'Catalog': {
      const engineValue = engineValueIn(message);
      if (engineValue !== undefined) {
        const reason = `${engineValue} is no column here, and the value of the engine cannot be used`;
        return { kind: 'forbidden', message: reason, position: undefined, engineValue };
      }
      return {
        kind: subtype === 'MISSING_ENTRY' && /^Table /.test(message) ? 'unknown-table' : 'other',
        ...known,
      };
    }
    case 'Binder':
      return { kind: binderKind(message, subtype), ...known };
    case 'Conversion':
    case 'Mismatch Type':
    case 'Invalid type':
      return { kind: 'type', ...known };
    case 'Permission':
      return { kind: 'forbidden', message: 'the statement asks for something outside its tables', position };
    case 'Out of Memory':
      return { kind: 'too-costly', message: 'the statement takes more memory than it may have', position };
    case 'IO':
    case 'FATAL':
    case 'INTERNAL':
      return { kind: 'engine', message: known.message, position: undefined };
    default:
      return { kind: 'other', ...known };
  }
}

/** Reads an error of a query that ran. Its own text may quote data, which the returned one never does. */
export function readRunError(error: unknown): EngineError {
  const { type, message, position } = partsOf(error);
  const ours = message.indexOf(OWN_ERROR);
  if (ours >= 0)
    return { kind: 'value', message: message.slice(ours + OWN_ERROR.length), position: undefined };
  switch (type) {
    case 'Conversion':
    case 'Mismatch Type': {
      const [, target] =
        /(?:to|destination type|type) '?([A-Z][A-Z0-9_]*(?:\(\d+,\s*\d+\))?)'?/.exec(message) ?? [];
      const wanted = target === undefined ? 'the type that the SQL asks for' : target;
      return { kind: 'value', message: `a value cannot be converted to ${wanted}`, position };
    }
    case 'Out of Range':
      return { kind: 'value', message: 'a number is out of the range of its type', position };
    case 'Invalid Input':
    case 'Syntax':
      return { kind: 'value', message: valueFault(message), position };
    case 'Out of Memory':
      return /max_temp_directory_size|temp/i.test(message) && /disk|offload|director/i.test(message)
        ? {
            kind: 'too-costly',
            message: 'the query needs more room for temporary files than it may have',
            position: undefined,
          }
        : {
            kind: 'too-costly',
            message: 'the query needs more memory than it may have',
            position: undefined,
          };
    case 'Permission':
      return { kind: 'forbidden', message: 'the query asks for something outside its tables', position };
    case 'IO':
      return { kind: 'engine', message: 'the engine cannot read or write its files', position: undefined };
    case 'FATAL':
    case 'INTERNAL':
      return { kind: 'engine', message: 'the engine failed', position: undefined };
    case 'Binder':
      return {
        kind: binderKind(message, undefined),
        message: message.startsWith('LIMIT/OFFSET cannot be negative')
          ? 'LIMIT and OFFSET cannot be negative'
          : 'the types of the query do not fit its data',
        position,
      };
    default:
      return /^Unknown TimeZone /.test(message)
        ? { kind: 'value', message: 'a text is no time zone', position }
        : { kind: 'other', message: `the query failed (${type})`, position };
  }
}

function valueFault(message: string): string {
  return message.startsWith('More than one row returned by a subquery')
    ? 'a subquery that stands for one value has several rows; expected one at most'
    : 'a function does not take a value that it got';
}

function binderKind(message: string, subtype: string | undefined): SqlFaultKind {
  if (
    subtype === 'COLUMN_NOT_FOUND' ||
    /^(?:Table|Referenced table) .* (?:does not have a column|not found)/.test(message)
  ) {
    return 'unknown-column';
  }
  return /type|cast|No function matches|best candidate/i.test(message) ? 'type' : 'other';
}

interface Parts {
  readonly type: string;
  readonly message: string;
  readonly subtype: string | undefined;
  readonly position: number | undefined;
}

/** Some errors have words in front of the JSON, and some are no JSON. */
function partsOf(error: unknown): Parts {
  const text = error instanceof Error ? error.message : String(error);
  const start = text.indexOf('{');
  const read = start < 0 ? undefined : parsed(text.slice(start));
  if (read === undefined) {
    const [, type = 'other', message = text] = /^([A-Za-z ]+) Error: ([^]*)$/.exec(text) ?? [];
    return { type, message, subtype: undefined, position: undefined };
  }
  const { exception_type: type, exception_message: message, error_subtype: subtype, position } = read;
  return {
    type: typeof type === 'string' ? type : 'other',
    message: typeof message === 'string' ? message : text,
    subtype: typeof subtype === 'string' ? subtype : undefined,
    position: typeof position === 'string' && /^\d{1,9}$/.test(position) ? Number(position) : undefined,
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // The words of DuckDB for an error that has no JSON.
    return undefined;
  }
}

/** Its hints name tables and settings that a client does not have, and its lists may be long. */
function withoutAdvice(message: string): string {
  return message
    .replace(/\n\s*Did you mean [^]*$/, '')
    .replace(/\n\n?(?:Possible solutions|LINE \d+)[^]*$/, '')
    .replace(/\n\s*Candidate functions:[^]*$/, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, 500)
    .trim();
}
