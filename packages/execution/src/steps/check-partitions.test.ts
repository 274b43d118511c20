import { expect, test } from '@jest/globals';
import { checkPartitions } from './check-partitions.js';
import { stepFault } from './step-fault.js';

const file = (value: string | null) => ({ partitionValues: { gender: value } });
const check = (files: ReturnType<typeof file>[], most: number) => {
  try {
    checkPartitions({ partitionBy: 'gender' }, [[], files], most);
  } catch (error) {
    return stepFault(error);
  }
  return undefined;
};

test('an output may have as many partitions as the limit, however many files they have', () => {
  expect(check([file('a'), file('b'), file('a'), file(null)], 3)).toBeUndefined();
});

test('an output with more fails for good, with the name of the column and no value', () => {
  const fault = check([file('a'), file('b'), file(null)], 2);
  expect(fault).toMatchObject({
    retryable: false,
    failure: { status: 422, code: 'too-costly', expression: ['subject[1]'] },
  });
  expect(fault?.failure.diagnostics).toMatch(/^Column "gender" has more than 2 values/);
});
