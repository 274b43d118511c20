import type { Random } from '../random.js';

/** Decimals whose text a double does not give back. */
const PRECISE = [
  '1.10',
  '1e3',
  '1.50E+2',
  '100.00',
  '0.00000000000000000001',
  '12345678901234567890',
  '3.14159265358979323846',
  '-0.0',
  '7.0',
  '99999999999999999.99',
  '2.5e-3',
] as const;

/** A decimal as JSON text with one or two places, such as `72.5`; one in twelve is a hard one. */
export function someDecimal(random: Random, from: number, below: number): string {
  if (random.int(12) === 0) return random.pick(PRECISE);
  const tenths = random.chance(50) ? String(random.int(10)) : '';
  return `${from + random.int(below - from)}.${tenths}${1 + random.int(9)}`;
}
