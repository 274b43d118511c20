import { describe, expect, test } from '@jest/globals';
import { prepareCheck } from './check-pass.js';
import { differenceByBytes, differenceByValue } from './disagreement.js';
import { wholeFraming } from './engines/framing.js';
import { createLineScan } from './engines/scan-lines.js';
import type { LineScanFactory } from './engines/scan-lines.js';
import { generateLine } from './generate/generate-line.js';
import { generateView } from './generate/generate-view.js';
import { createRandom } from './random.js';
import { runPass } from './run-pass.js';
import type { Failure } from './pass-result.js';
import { compileView } from '@millrace/viewdef';
import type { Tiers } from './tiers.js';

describe('generated cases', () => {
  test('are the same for the same seed, and others for another', () => {
    const view = (seed: string): string =>
      JSON.stringify(generateView('Patient', 'full', createRandom(seed)));
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
    const scanned = {
      views: [{ bytes: Buffer.from('a\n'), rows: 1 }],
      left: new Set<number>(),
      stops: 0,
      traps: 0,
    };
    expect(differenceByBytes(scanned, 0, [{ rows: [['a']] }], view.columns, 'csv')).toBeUndefined();
    expect(differenceByBytes(scanned, 0, [{ rows: [['b']] }], view.columns, 'csv')).toContain('is due');
    expect(differenceByBytes(scanned, 0, [{ fault: 'broken' }], view.columns, 'csv')).toContain(
      'took line 0',
    );
    const left = { views: [{ bytes: Buffer.alloc(0), rows: 0 }], left: new Set([0]), stops: 0, traps: 0 };
    expect(differenceByBytes(left, 0, [{ fault: 'broken' }], view.columns, 'csv')).toBeUndefined();
  });
});

describe('a comparison of Parquet', () => {
  test('sees other values beside one for which both engines refuse the file', () => {
    const birth = { name: 'birth', path: 'birthDate', tag: [{ name: 'ansi/type', value: 'DATE' }] };
    const view = { resource: 'Patient', select: [{ column: [birth, { name: 'gender', path: 'gender' }] }] };
    const line = Buffer.from('{"resourceType":"Patient","birthDate":"2020","gender":"b"}');
    const other = Buffer.from(line.toString().replace('"b"', '"c"'));
    const differenceBy = (makeScan: LineScanFactory): string | undefined => {
      const prepared = prepareCheck([view], 'scan,codegen', 'parquet', wholeFraming, undefined, makeScan);
      return 'refused' in prepared ? prepared.refused : prepared.check([line]).difference;
    };
    expect(differenceBy(createLineScan)).toBeUndefined();
    const scanOfOther: LineScanFactory = (...setting) => {
      const scan = createLineScan(...setting);
      return () => scan([other]);
    };
    expect(differenceBy(scanOfOther)).toContain('["2020","b"]');
  });
});

describe('the engines agree', () => {
  function results(
    tiers: Tiers,
    passes: number,
    lines: number,
  ): { failures: Failure[]; rows: number; views: number; stops: number } {
    const all = Array.from({ length: passes }, (_, pass) =>
      runPass({ tiers, seed: 'test', pass, lines: { from: 0, to: lines } }),
    );
    const sum = (of: 'rows' | 'views' | 'stops'): number => all.reduce((total, one) => total + one[of], 0);
    return {
      failures: all.flatMap(({ failure }) => failure ?? []),
      rows: sum('rows'),
      views: sum('views'),
      stops: sum('stops'),
    };
  }

  test('the scan writes the bytes of generated code, for several views and however it is fed and stopped', () => {
    const { failures, rows, views, stops } = results('scan,codegen', 60, 50);
    expect(failures).toEqual([]);
    expect(rows).toBeGreaterThan(50);
    expect(views).toBeGreaterThan(50);
    expect(stops).toBeGreaterThan(10);
  });

  test('generated code gives the values of fhirpath.js', () => {
    const { failures, rows } = results('codegen,fhirpath', 20, 5);
    expect(failures).toEqual([]);
    expect(rows).toBeGreaterThan(50);
  });
});
