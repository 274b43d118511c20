import { expect } from '@jest/globals';
import type { SqlFormat } from '../engine/sql-engine.js';

/** The numbers of the rows of a part that has the columns `n` and `text`. */
export function numbersIn(text: string, format: Exclude<SqlFormat, 'parquet'>): readonly number[] {
  switch (format) {
    case 'csv':
      expect(text.startsWith('n,text\n')).toBe(true);
      return Array.from(text.matchAll(/^(\d+),"line\n""two"""$/gm), ([, digits]) => Number(digits));
    case 'ndjson':
      return text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { n: number }).n);
    case 'json':
      return (JSON.parse(text) as { n: number }[]).map(({ n }) => n);
    case 'fhir': {
      const { parameter } = JSON.parse(text) as { parameter: { part: [{ valueInteger64: string }] }[] };
      return parameter.map(({ part }) => Number(part[0].valueInteger64));
    }
    default:
      return format satisfies never;
  }
}
