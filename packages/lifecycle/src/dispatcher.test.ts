import { expect, test } from '@jest/globals';
import type { DispatchedStep } from '@millrace/export';
import { createDispatcher } from './dispatcher.js';

const step = (n: number): DispatchedStep => ({ exportId: 'e', step: `shard-${n}`, round: 0 });

function setUp(lots: readonly (readonly DispatchedStep[])[], enqueue = async () => undefined) {
  const sent: DispatchedStep[] = [];
  const errors: unknown[] = [];
  let calls = 0;
  const dispatcher = createDispatcher({
    jobs: { dispatch: async () => lots[calls++] ?? [] },
    queue: {
      enqueue: async (steps) => {
        await enqueue();
        sent.push(...steps);
      },
    },
    onError: (error) => errors.push(error),
  });
  return { dispatcher, sent, errors, calls: () => calls };
}

test('all steps whose turn it is are sent, in order, also when there are more than one call gives', async () => {
  const many = Array.from({ length: 130 }, (_, n) => step(n));
  const { dispatcher, sent } = setUp([many.slice(0, 100), many.slice(100)]);
  dispatcher.nudge();
  await dispatcher.close();
  expect(sent).toEqual(many);
});

test('calls while it dispatches are one more dispatch', async () => {
  const { dispatcher, calls } = setUp([]);
  for (let n = 0; n < 10; n += 1) dispatcher.nudge();
  await dispatcher.close();
  expect(calls()).toBe(2);
});

test('messages that cannot be sent are reported, and the next call goes on', async () => {
  let isAway = true;
  const { dispatcher, sent, errors } = setUp([[step(0)], [step(1)]], async () => {
    if (isAway) throw new Error('Redis is away');
  });
  dispatcher.nudge();
  await dispatcher.close();
  expect(errors).toHaveLength(1);
  isAway = false;
  dispatcher.nudge();
  await dispatcher.close();
  expect(sent).toEqual([step(1)]);
});

test('a call at any moment of a dispatch is heard', async () => {
  for (let moment = 0; moment < 20; moment += 1) {
    const { dispatcher, sent, calls } = setUp([[], [step(moment)]]);
    dispatcher.nudge();
    for (let tick = 0; tick < moment; tick += 1) await Promise.resolve();
    dispatcher.nudge();
    await dispatcher.close();
    expect([calls() >= 2, sent]).toEqual([true, [step(moment)]]);
  }
});
