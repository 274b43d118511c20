import { didYouMean } from '@millrace/fhir';
import type { Column } from '../definition/view-definition.js';
import { fhirModel } from '../model/fhir-model.js';
import type { FhirModel } from '../model/fhir-model.js';
import { kindOf, nameKinds, sortOf } from '../model/kinds.js';
import type { Kind, Possible } from '../model/kinds.js';
import type { Finding } from './finding.js';

/** The fault of the declared type of a column: its name, or a mismatch with the values of its path. */
export function checkColumnType(
  { path, type }: Column,
  declared: string | undefined,
  yields: Possible,
  model: FhirModel,
): Finding | undefined {
  if (type === undefined || declared === undefined) return undefined;
  if (!isKnown(declared, model)) {
    const fitting = [...model.types].filter((known) => mayHold(known, yields, model));
    const hint = didYouMean(declared.replace(/^.*[./]/, ''), fitting) || `; ${yieldsOf(path, yields)}`;
    return { kind: 'type', reason: `is "${type}", which is not a FHIR type${hint}` };
  }
  if (yields === 'any' || yields.length === 0) return undefined;
  const fits = yields.map((kind) => fitOf(kind, declared, model));
  const what = `is ${declared}, but ${yieldsOf(path, yields)}`;
  if (fits.every((fit) => fit === 'never')) return { kind: 'type', reason: `${what}: no value of it fits` };
  if (fits.every((fit) => fit === 'fits') || isOpen(yields)) return undefined;
  return { kind: 'doubt', reason: `${what}: ${consequenceOf(declared)}` };
}

function yieldsOf(path: string, yields: Possible): string {
  return `"${path}" yields ${yields === 'any' || yields.length === 0 ? 'anything' : nameKinds(yields)}`;
}

function mayHold(declared: string, yields: Possible, model: FhirModel): boolean {
  return yields === 'any' || yields.some((kind) => fitOf(kind, declared, model) !== 'never');
}

/** `integer64` is of R5, but a type of columns in every version. */
function isKnown(declared: string, model: FhirModel): boolean {
  return model.isType(declared) || declared === 'integer64' || fhirModel('R5').isType(declared);
}

type Fit = 'fits' | 'converts' | 'never';

function fitOf(kind: Kind, declared: string, model: FhirModel): Fit {
  if (model.isKindOf(kind.code, declared) || model.isKindOf(declared, kind.code)) return 'fits';
  const [from, to] = [sortOf(kind), sortOf(kindOf(declared))];
  if (from === 'complex' || to === 'complex' || from === 'quantity' || to === 'quantity') return 'never';
  if (from === 'number' && to === 'number') return isWider(declared, kind.code) ? 'fits' : 'converts';
  if (from === to) return from === 'moment' ? 'converts' : 'fits';
  return from === 'text' || to === 'text' ? 'converts' : 'never';
}

const widths = ['unsignedInt', 'positiveInt', 'integer', 'integer64', 'decimal'];

function isWider(declared: string, code: string): boolean {
  return widths.indexOf(declared) >= widths.indexOf(code);
}

/** An element that takes every data type, such as the value of an extension: the model says nothing of its column. */
export function isOpen(yields: readonly Kind[]): boolean {
  return yields.length >= OPEN_CHOICES;
}

const OPEN_CHOICES = 40;

/** Types that Parquet writes as other than text. */
const binary = new Set([
  'boolean',
  'decimal',
  'integer',
  'integer64',
  'positiveInt',
  'unsignedInt',
  'instant',
  'base64Binary',
]);

function consequenceOf(declared: string): string {
  return binary.has(declared)
    ? `Parquet fails at a value that is not of type ${declared}; other formats write it as it is`
    : 'values are written as they are';
}
