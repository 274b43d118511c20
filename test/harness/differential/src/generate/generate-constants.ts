import type { Random } from '../random.js';
import { plainText } from './values.js';

/** A constant of a ViewDefinition, named after its FHIR type. */
export interface GeneratedConstant {
  readonly name: string;
  readonly [value: `value${string}`]: string | number | boolean;
}

/** Constants of most types that values are compared with. */
export function generateConstants(random: Random): readonly GeneratedConstant[] {
  const text = plainText('string', random);
  const decimal = random.pick([0.05, 0.1, 1.5, 100.25, -0.5, 2, '1.10', '12345.678', '1.0', '-2.50']);
  return [
    { name: 'string', valueString: text === '' ? 'a' : text },
    { name: 'boolean', valueBoolean: random.chance(50) },
    { name: 'integer', valueInteger: random.below(100) },
    { name: 'decimal', valueDecimal: decimal },
    { name: 'code', valueCode: plainText('code', random) },
    { name: 'date', valueDate: plainText('date', random) },
    { name: 'dateTime', valueDateTime: plainText('dateTime', random) },
  ];
}

/** The names of constants by FHIR type. */
export function namesByType(constants: readonly GeneratedConstant[]): ReadonlyMap<string, string> {
  return new Map(constants.map(({ name }) => [name, name]));
}
