import { describe, expect, test } from '@jest/globals';
import { createShutdown } from './shutdown.js';

function noted() {
  const heard: string[] = [];
  const follower = {
    onDrain: () => heard.push('drain'),
    onHalt: ({ message }: Error) => heard.push(`halt: ${message}`),
  };
  return { heard, follower };
}

describe('shutting down', () => {
  test('tells every step that runs of each stage', () => {
    const shutdown = createShutdown();
    const steps = [noted(), noted()];
    for (const { follower } of steps) shutdown.follow(follower);
    shutdown.drain();
    expect([shutdown.isDraining, shutdown.isHalting]).toEqual([true, false]);
    shutdown.halt(new Error('too slow'));
    expect(shutdown.isHalting).toBe(true);
    for (const { heard } of steps) expect(heard).toEqual(['drain', 'halt: too slow']);
  });

  test('tells a step that begins later of the stages that have begun', () => {
    const shutdown = createShutdown();
    shutdown.drain();
    shutdown.halt(new Error('too slow'));
    const { heard, follower } = noted();
    shutdown.follow(follower);
    expect(heard).toEqual(['drain', 'halt: too slow']);
  });

  test('forgets a step that has ended', () => {
    const shutdown = createShutdown();
    const { heard, follower } = noted();
    shutdown.follow(follower)[Symbol.dispose]();
    shutdown.drain();
    shutdown.halt(new Error('too slow'));
    expect(heard).toEqual([]);
  });
});
