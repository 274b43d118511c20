import { describe, expect, test } from '@jest/globals';
import { differenceByBytes, differenceByValue } from './disagreement.js';
import { generateLine } from './generate/generate-line.js';
import { generateView } from './generate/generate-view.js';
import { createRandom } from './random.js';
import { runView } from './run-view.js';
import type { Failure } from './run-view.js';
import { compileView } from '@millrace/viewdef';
import type { Tiers } from './tiers.js';

describe('generated cases', () => {
  test('are the same for the same seed, and others for another', () => {
    const view = (seed: string): string => JSON.stringify(generateView('full', createRandom(seed)));
    const line = (seed: string): string =>
      generateLine('Patient', 'wild', createRandom(seed)).bytes.toString('latin1');
    expect(view('a')).toBe(view('a'));
    expect(view('a')).not.toBe(view('b'));
    expect(line('a')).toBe(line('a'));
    expect(line('a')).not.toBe(line('b'));
  });
});

describe('a comparison', () => {
  const view = compileView({ resource: 'Patient', select: [{ column: [{ name: 'id', path: 'id' }] }] });

  test('tells other rows, and a fault on one side only', () => {
    expect(differenceByValue({ rows: [['a']] }, { rows: [['a']] })).toBeUndefined();
    expect(differenceByValue({ rows: [[0.1]] }, { rows: [[0.1 + 1e-17]] })).toBeUndefined();
    expect(differenceByValue({ fault: 'one' }, { fault: 'other' })).toBeUndefined();
    expect(differenceByValue({ rows: [['a']] }, { rows: [['b']] })).toContain('["b"]');
    expect(differenceByValue({ rows: [] }, { fault: 'why' })).toContain('why');
  });

  test('tells other bytes, and lines that the scan should have left', () => {
    const scanned = { bytes: Buffer.from('a\n'), rows: 1, left: new Set<number>() };
    expect(differenceByBytes(scanned, [{ rows: [['a']] }], view, 'csv')).toBeUndefined();
    expect(differenceByBytes(scanned, [{ rows: [['b']] }], view, 'csv')).toContain('is due');
    expect(differenceByBytes(scanned, [{ fault: 'broken' }], view, 'csv')).toContain('took line 0');
    const left = { bytes: Buffer.alloc(0), rows: 0, left: new Set([0]) };
    expect(differenceByBytes(left, [{ fault: 'broken' }], view, 'csv')).toBeUndefined();
  });
});

describe('the engines agree', () => {
  function results(tiers: Tiers, views: number, lines: number): { failures: Failure[]; rows: number } {
    const all = Array.from({ length: views }, (_, view) =>
      runView({ tiers, seed: 'test', view, lines: { from: 0, to: lines } }),
    );
    return {
      failures: all.flatMap(({ failure }) => failure ?? []),
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
    };
  }

  test('the scan writes the bytes of generated code', () => {
    const { failures, rows } = results('scan,codegen', 40, 25);
    expect(failures).toEqual([]);
    expect(rows).toBeGreaterThan(50);
  });

  test('generated code gives the values of fhirpath.js', () => {
    const { failures, rows } = results('codegen,fhirpath', 20, 5);
    expect(failures).toEqual([]);
    expect(rows).toBeGreaterThan(50);
  });
});
