import { readDateTime, readInstant, serviceBase } from '@millrace/fhir';
import { InvalidArgumentError } from 'commander';

/** Parser of an option that is a whole number within limits. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Parser of an option or argument that is an http or https URL. */
export function httpUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new InvalidArgumentError('Expected a URL such as http://localhost:8080/fhir.');
}

/** The argument that names an export: its name and what it is. */
export const STATUS_ARGUMENT = ['<url>', 'status URL of the export, as its kick-off named it'] as const;

/** Parser of it. */
export function statusUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new InvalidArgumentError(
    'Expected the status URL of an export, such as http://localhost:8080/fhir/export/0123456789abcdef0123456789abcdef/status.',
  );
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Parser of an option that is a date, or a moment with its offset from UTC. */
export function dateOrInstant(text: string): string {
  const read = text.includes('T') ? readInstant(text) : readDateTime(text);
  if ('value' in read) return text;
  throw new InvalidArgumentError(
    `Expected an instant or a date, such as 2026-01-31T00:00:00Z or 2026-01-31; ${read.fault}.`,
  );
}

/** Parser of an option that is an instant. */
export function instant(text: string): string {
  const read = readInstant(text);
  if ('value' in read) return text;
  const why = text.includes('T') ? `; ${read.fault}` : ', with date, time and offset from UTC';
  throw new InvalidArgumentError(`Expected an instant such as 2026-01-31T00:00:00Z${why}.`);
}

/** Parser of an option that repeats, each time with one value or several behind commas. */
export function commaList(text: string, before: readonly string[] = []): readonly string[] {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) throw new InvalidArgumentError('Expected a name, or several with commas.');
  return [...before, ...values];
}

/** Parser of an option that repeats: ids of resources of a type, or references to them. */
export function resourceIds(type: string): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before = []) => {
    // https://hl7.org/fhir/R4/datatypes.html#id
    const isId = new RegExp(`^(?:(?:https?://.*/)?${type}/)?[A-Za-z0-9.-]{1,64}$`).test(text);
    if (isId) return [...before, text];
    throw new InvalidArgumentError(`Expected an id such as a1 or ${type}/a1.`);
  };
}

/** Parser of an option that repeats: FHIR base URLs, each in its one form. */
export function serviceBases(text: string, before: readonly string[]): readonly string[] {
  const base = serviceBase(text);
  if (base !== undefined) return [...before, base];
  throw new InvalidArgumentError('Expected FHIR base URLs such as https://ehr.example/fhir.');
}

/** Of the pages of Parquet. */
export const COMPRESSION = [
  '--compression <code>',
  'Parquet with pages compressed by snappy (default), or by zstd, which takes longer and gives smaller files',
] as const;

/** Of the files that a server stores. */
export const EXPORT_COMPRESSION = [
  '--compression <code>',
  'Parquet: snappy (default), or zstd, which takes longer and gives smaller files; other formats: gzip, in which the server stores and sends them',
] as const;

/** Of values that do not fit their column. */
export const ON_MISMATCH = [
  '--on-mismatch <what>',
  'Parquet and SQL: fail (default) at a value that does not fit the type of its column, or make it null and count it',
] as const;

/** Of the files of views. */
export const PARTITION_BY = [
  '--partition-by <column>',
  'views: divides the rows of each by the values of this column, into folders {view}/{column}={value}',
] as const;

/** Of exports whose outputs become tables, too. */
export const TABLE_FORMAT = [
  '--table-format <format>',
  'Parquet: makes each output the next version of a table at a destination of the server, too',
] as const;
export const DESTINATION = [
  '--destination <name>',
  'destination of tables, where the server has several',
] as const;

/** The option of all commands that take views. */
export const LENIENT = [
  '--lenient',
  'accepts views that can run but look wrong, such as one with a misspelt element, and prints a warning',
] as const;
