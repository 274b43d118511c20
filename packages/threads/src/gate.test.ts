import { expect, test } from '@jest/globals';
import { BusyError } from './errors.js';
import { createGate } from './gate.js';

/** Work that ends when it is told to. */
function work() {
  const running: (() => void)[] = [];
  let most = 0;
  return {
    running,
    most: () => most,
    do: () =>
      new Promise<void>((resolve) => {
        running.push(resolve);
        most = Math.max(most, running.length);
      }),
  };
}

test('as many are within as may be, and the others come in their order', async () => {
  const gate = createGate({ atOnce: 2, mostWaiting: 10, patienceMs: 60_000 });
  const { running, do: doIt, most } = work();
  const done: number[] = [];
  const all = [0, 1, 2, 3, 4].map((n) => gate.pass(doIt).then(() => done.push(n)));
  while (done.length < 5) {
    await Promise.resolve();
    running.shift()?.();
  }
  await Promise.all(all);
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(most()).toBe(2);
});

test('a caller is refused when enough others wait, or when it has waited too long', async () => {
  const gate = createGate({ atOnce: 1, mostWaiting: 1, patienceMs: 200 });
  const { running, do: doIt } = work();
  const first = gate.pass(doIt);
  const patient = gate.pass(doIt);
  await expect(gate.pass(doIt)).rejects.toBeInstanceOf(BusyError);
  await expect(patient).rejects.toBeInstanceOf(BusyError);
  running[0]?.();
  await first;
  const last = gate.pass(async () => 'done');
  expect(await last).toBe('done');
});

test('work that fails leaves its place', async () => {
  const gate = createGate({ atOnce: 1, mostWaiting: 0, patienceMs: 1 });
  await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await gate.pass(async () => 1)).toBe(1);
});

test('heavy work waits for room of its weight, and light work does not overtake it', async () => {
  const gate = createGate({ atOnce: 10, mostWaiting: 10, patienceMs: 60_000 });
  const order: string[] = [];
  const enter = async (name: string, weight: number) => {
    const leave = await gate.enter(weight);
    order.push(name);
    return leave;
  };
  const first = await enter('first', 6);
  const heavy = enter('heavy', 6);
  const light = enter('light', 1);
  const other = await Promise.race([heavy, light, new Promise((resolve) => setImmediate(resolve, 'none'))]);
  expect(other).toBe('none');
  first();
  first();
  (await heavy)();
  (await light)();
  expect(order).toEqual(['first', 'heavy', 'light']);
  const leave = await gate.enter(Number.POSITIVE_INFINITY);
  const next = enter('next', 1);
  leave();
  (await next)();
});

test('clients come in by turns, however many calls one of them has waiting', async () => {
  const gate = createGate({ atOnce: 1, mostWaiting: 10, patienceMs: 60_000 });
  const order: string[] = [];
  const leave = await gate.enter(1, 'a');
  const calls = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) =>
    gate.pass(async () => void order.push(name), name.charAt(0)),
  );
  leave();
  await Promise.all(calls);
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

test('when too many wait, the client with the most of them loses one', async () => {
  const gate = createGate({ atOnce: 1, mostWaiting: 3, patienceMs: 60_000 });
  const order: string[] = [];
  const call = (name: string) => gate.pass(async () => void order.push(name), name.charAt(0));
  const leave = await gate.enter(1, 'a');
  const all = ['a1', 'a2', 'a3', 'b1', 'a4', 'b2'].map(call);
  leave();
  const settled = await Promise.allSettled(all);
  expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    true,
    false,
    true,
    false,
    false,
  ]);
  expect(order).toEqual(['a1', 'b1', 'a2']);
});
