import { literalOf, pathToValue } from './generate-path.js';
import type { PathScope } from './generate-path.js';
import { durationText } from './moments.js';

const momentTypes = ['date', 'dateTime', 'instant'];

/** A path that calculates with dates and times: sums with durations, boundaries, and their order. */
export function timeCalculation(scope: PathScope): string {
  const { random } = scope;
  return random.pick<() => string>([
    () => sum(scope),
    () => `${sum(scope)} ${durationText('moment', random)}`,
    () => `(${sum(scope)}) ${operator(scope)} ${moment(scope)}`,
    () => `${moment(scope)} ${operator(scope)} ${moment(scope)}`,
    () => `${bounded(scope)} ${operator(scope)} ${moment(scope)}`,
    () => `${bounded(scope)} ${durationText('moment', random)}`,
    () => `${time(scope)} ${durationText('time', random)}`,
    () => `(${time(scope)} ${durationText('time', random)}) ${operator(scope)} ${time(scope)}`,
    () => choice(scope),
  ])();
}

function operator({ random }: PathScope): string {
  return random.pick(['=', '!=', '<', '<=', '>', '>=']);
}

function sum(scope: PathScope): string {
  return `${moment(scope)} ${durationText('moment', scope.random)}`;
}

function bounded(scope: PathScope): string {
  const precision = scope.random.pick(['', '', '', '4', '6', '8', '10', '12', '14', '17', '5']);
  return `${moment(scope)}.${scope.random.pick(['lowBoundary', 'highBoundary'])}(${precision})`;
}

function moment(scope: PathScope): string {
  return one(scope, momentTypes, scope.random.pick(['date', 'dateTime', 'instant']));
}

function time(scope: PathScope): string {
  return one(scope, ['time'], 'time');
}

function one(scope: PathScope, types: readonly string[], otherwise: string): string {
  const found = scope.random.chance(80) ? pathToValue(scope, types) : undefined;
  return found === undefined ? `(${literalOf(otherwise, scope)})` : `${found.text}.first()`;
}

/** Choice elements without a type, by the type that has them. */
const choices: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Patient: ['deceased'],
  Observation: ['effective', 'value', 'component.first().value'],
  'Observation.component': ['value'],
  'QuestionnaireResponse.item.answer': ['value'],
};

/** A comparison whose answer depends on which type of a choice is there. In order, most others are a fault of the line. */
function choice(scope: PathScope): string {
  const { random, type } = scope;
  const names = choices[type];
  if (names === undefined) return sum(scope);
  const value = random.pick(names);
  const compared = random.chance(70) ? random.pick(['=', '!=']) : operator(scope);
  const other = random.chance(80) ? moment(scope) : time(scope);
  return random.chance(80) ? `${value} ${compared} ${other}` : `${other} ${compared} ${value}`;
}
