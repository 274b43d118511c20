import { describe, expect, test } from '@jest/globals';
import { compileView } from '../compile-view.js';
import { judge, viewOf } from './testing/judge.js';

describe('the handling', () => {
  const faulty = viewOf('Patient', 'name.familly', { type: 'string' });

  test('lenient accepts a view that strict refuses, with a warning', () => {
    const strict = judge(faulty);
    expect(strict.refused).toHaveLength(1);
    expect(judge(faulty, { checks: 'lenient' })).toEqual({ refused: [], warnings: strict.refused });
  });

  test('none, for a view that was accepted before, neither refuses nor warns', () => {
    expect(compileView(faulty).warnings).toEqual([]);
  });

  test('lenient still refuses a view that cannot run', () => {
    const view = {
      resource: 'Patient',
      select: [
        {
          column: [
            { name: 'a', path: 'name.familly' },
            { name: 'b', path: '@@' },
          ],
        },
      ],
    };
    expect(judge(view, { checks: 'lenient' }).refused.map(({ kind }) => kind)).toEqual(['fhirpath']);
    expect(judge(view).refused.map(({ kind }) => kind)).toEqual(['fhirpath', 'element']);
  });

  test('does not change the rows', () => {
    const rows = (checks?: 'lenient'): unknown[] => {
      const found: unknown[] = [];
      const view = compileView(
        viewOf('Patient', "birthDate = '2001-01-01'"),
        checks === undefined ? {} : { checks },
      );
      view.evaluate({ resourceType: 'Patient', birthDate: '2001-01-01' }, (row) => found.push(row[0]));
      return found;
    };
    expect(rows('lenient')).toEqual(rows());
  });
});
