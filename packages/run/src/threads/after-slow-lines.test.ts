import { expect, test } from '@jest/globals';
import { taskFor } from '../testing/run-range.js';
import { afterSlowLines } from './after-slow-lines.js';

test('the rest of a task with a limit has the rows that its cuts have left', () => {
  const task = { ...taskFor({ bytes: 99 } as never), mostRows: 10 };
  const cut = { cut: 2, from: 0, to: 40, parts: [], bytesRead: 40, tally: {} } as never;
  const rest = afterSlowLines({ kind: 'run', task }, { cut, rows: 7 }, { from: 40, to: 50 });
  expect(rest.task).toMatchObject({ from: 40, firstCut: 3, mostRows: 3, oneByOne: [{ from: 40, to: 50 }] });
});

test('the rest of a task writes apart from it, also where a view has a place of its own', () => {
  const given = taskFor({ bytes: 99 } as never);
  const task = { ...given, partPrefix: 't/', views: [{ subject: 0, view: {}, partPrefix: 'table/1-' }] };
  const rest = afterSlowLines({ kind: 'run', task }, { cut: undefined, rows: 0 }, { from: 40, to: 50 });
  expect(rest.task).toMatchObject({ partPrefix: 't/1-', views: [{ partPrefix: 'table/1-1-' }] });
});
