import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isOutcomeFile, outcomeFile } from './outcome-file.js';

const bulk = (...parameters: readonly string[]) => ({
  bulk: {
    version: 3 as const,
    request: 'https://sof.example/fhir/$export',
    level: 'system' as const,
    ignored: parameters.map((parameter) => ({ parameter, why: 'it is unknown' })),
  },
});

test('the outcomes of an export are one OperationOutcome a line', () => {
  const notices = [{ kind: 'skipped-line' as const, diagnostics: '2 lines were skipped', count: 2 }];
  const file = outcomeFile({ notices }, bulk('foo'));
  expect(file?.content.toString()).toBe(
    '{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"not-supported","diagnostics":"foo was passed over: it is unknown","expression":["foo"]}]}\n' +
      '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing","diagnostics":"2 lines were skipped"}]}\n',
  );
  expect(file?.sha256).toBe(
    createHash('sha256')
      .update(file?.content ?? '')
      .digest('hex'),
  );
  expect(isOutcomeFile(file?.name ?? '')).toBe(true);
});

test('an export of which nothing is to be told has no such file', () => {
  expect(outcomeFile({ notices: [] }, bulk())).toBeUndefined();
});
