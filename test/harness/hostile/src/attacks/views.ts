import type { Attack } from './attack.js';
import { columnsOf, kickOff, parametersText, subjectOf, viewOf } from './kick-off.js';

const MOST_NESTED = 31;

/** Views that are slow to check or to compile. None has been seen before, so that nothing of it is remembered. */
export function viewAttacks(): readonly Attack[] {
  const attack = (
    name: string,
    answers: Attack['answers'],
    select: (turn: number) => readonly object[],
    copies = 1,
  ): Attack => ({
    name,
    answers,
    send: (connection, turn) => {
      const views = Array.from({ length: copies }, (_, at) =>
        viewOf(`v${turn}_${at}`, select(turn * copies + at)),
      );
      return kickOff(connection, parametersText(views.map(subjectOf)));
    },
  });
  return [
    attack('a view whose expressions nest as deep as they may', [422, 202], (turn) => [
      columnsOf(145, (at) => `${'(1+'.repeat(100)}${turn + at}${')'.repeat(100)}`),
    ]),
    attack('a view with two thousand columns', [202, 422], (turn) => [
      columnsOf(2000, (at) => `name[${at}].given[${turn}]`.slice(0, 29)),
    ]),
    attack('a view whose elements are all wrong', [400, 422], (turn) => [
      columnsOf(2000, (at) => `wrong${turn}x${at}`),
    ]),
    attack('a view with a path that is not an expression, again and again', [400, 422], (turn) => [
      columnsOf(2000, (at) => `(((${turn}+${at}`),
    ]),
    attack('a view that nests as deep as it may', [202, 422], (turn) => [nested(MOST_NESTED, turn)]),
    attack('a view that nests deeper than it may', [400, 422], (turn) => [nested(90, turn)]),
    attack('a view with an expression of a megabyte', [400, 422], (turn) => [
      columnsOf(1, () => `name.where(use = '${'x'.repeat(1e6)}${turn}')`),
    ]),
    attack('a view with a megabyte of description', [400, 422], (turn) => [
      { column: [{ name: 'id', path: 'id', description: `${turn}${'x'.repeat(1 << 20)}` }] },
    ]),
    attack(
      'two hundred views that nest',
      [202, 422],
      (turn) => [nested(8, turn), columnsOf(20, (at) => `name.where(use = '${turn}').given[${at}]`)],
      200,
    ),
  ];
}

function nested(depth: number, turn: number): object {
  let select: object = { column: [{ name: `c${turn}`, path: 'id' }] };
  for (let at = 0; at < depth; at += 1) {
    select = { column: [{ name: `d${at}`, path: 'id' }], select: [select] };
  }
  return select;
}
