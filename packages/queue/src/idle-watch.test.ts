import { expect, test } from '@jest/globals';
import { createIdleLook } from './idle-watch.js';

const reading = (waiting: number, paused = false) => ({
  jobs: { waiting, active: 0, delayed: 0, failed: 0 },
  paused,
});

function scene() {
  const worker = { idleMs: 0 };
  let now = 0;
  const look = createIdleLook(worker, 60, () => now);
  return {
    look,
    pass(ms: number, isBusy = false) {
      now += ms;
      worker.idleMs = isBusy ? 0 : worker.idleMs + ms;
    },
  };
}

test('a worker that gets nothing while messages wait is found once its patience is over', () => {
  const { look, pass } = scene();
  pass(1_000);
  expect(look(reading(2))).toBeUndefined();
  pass(59);
  expect(look(reading(2))).toBeUndefined();
  pass(1);
  expect(look(reading(3))).toEqual({ idleMs: 60, waiting: 3 });
});

test('a worker that works, that gets messages, or for which none wait, is not idle', () => {
  const { look, pass } = scene();
  look(reading(2));
  pass(100, true);
  expect(look(reading(2))).toBeUndefined();
  pass(59);
  expect(look(reading(0))).toBeUndefined();
  pass(59);
  expect(look(reading(2))).toBeUndefined();
  pass(59);
  expect(look(reading(2))).toBeUndefined();
});

test('nobody is idle whose queue is paused', () => {
  const { look, pass } = scene();
  look(reading(2));
  pass(100);
  expect(look(reading(2, true))).toBeUndefined();
});
