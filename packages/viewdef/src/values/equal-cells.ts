import { isJsonObject } from '@millrace/fhir';
import type { Cell } from '../cell.js';
import { equalNumbers, isNumber } from './numbers.js';

type CellRecord = Readonly<Record<string, Cell>>;

/** Whether two cells are the same value: numbers by value, lists item by item, objects by their properties. */
export function equalCells(left: Cell | undefined, right: Cell | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  if (isNumber(left) || isNumber(right)) return equalNumbers(left, right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      left.every((item: Cell, index) => equalCells(item, right[index] as Cell))
    );
  }
  return isJsonObject(left) && isJsonObject(right) && equalRows(left, right);
}

function equalRows(left: CellRecord, right: CellRecord): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => equalCells(left[key], right[key]));
}
