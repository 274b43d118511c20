import { NumberText } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';

/** Whether two cells hold the same value; numbers count to 15 digits, as JavaScript and decimals share them. */
export function equalCells(left: Cell | undefined, right: Cell | undefined): boolean {
  const [first, second] = [plainCell(left), plainCell(right)];
  if (first === second) return true;
  if (typeof first === 'number' && typeof second === 'number') {
    return first.toPrecision(15) === second.toPrecision(15);
  }
  if (typeof first !== 'object' || typeof second !== 'object' || first === null || second === null)
    return false;
  const [members, others] = [Object.entries(first), new Map<string, Cell>(Object.entries(second))];
  if (Array.isArray(first) !== Array.isArray(second) || members.length !== others.size) return false;
  return members.every(
    ([key, value]: [string, Cell]) => others.has(key) && equalCells(value, others.get(key)),
  );
}

function plainCell(cell: Cell | undefined): Exclude<Cell, NumberText> | undefined {
  return cell instanceof NumberText ? Number(cell.text) : cell;
}
