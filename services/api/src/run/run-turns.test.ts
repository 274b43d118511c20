import { describe, expect, test } from '@jest/globals';
import { BusyError } from '@millrace/threads';
import { createRunTurns } from './run-turns.js';
import type { RunTurns, TurnTerms } from './run-turns.js';

const TERMS: TurnTerms = { atOnce: 4, atOnceOfClient: 3, mostWaiting: 10, patienceMs: 3_600_000 };

/** Runs that are named, and the order in which they had their turns. */
function watched(terms: Partial<TurnTerms> = {}) {
  const turns: RunTurns = createRunTurns({ ...TERMS, ...terms });
  const order: string[] = [];
  const enter = (
    name: string,
    more: { owedMs?: number; signal?: AbortSignal; giveWay?: () => void } = {},
  ) => {
    const { owedMs = 0, signal = new AbortController().signal, giveWay = () => undefined } = more;
    const [client = ''] = name;
    return turns.enter({ client, signal, owedMs: () => owedMs, giveWay }).then((leave) => {
      order.push(name);
      return leave;
    });
  };
  return { order, enter };
}

/** All runs that may enter have entered by the next turn of the event loop. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('turns of runs', () => {
  test('of one client leave a place for another', async () => {
    const { order, enter } = watched();
    const held = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => enter(name));
    await enter('b1');
    expect(order).toEqual(['a1', 'a2', 'a3', 'b1']);
    (await held[0])?.();
    await held[3];
    expect(order).toEqual(['a1', 'a2', 'a3', 'b1', 'a4']);
  });

  test('go to the client that has the fewest, whatever the order of the calls', async () => {
    const { order, enter } = watched({ atOnce: 2, atOnceOfClient: 2 });
    const [first] = [enter('a1'), enter('a2'), enter('a3'), enter('a4'), enter('b1')];
    await settle();
    (await first)();
    await settle();
    expect(order).toEqual(['a1', 'a2', 'b1']);
  });

  test('are given back once', async () => {
    const { order, enter } = watched({ atOnce: 1 });
    const leave = await enter('a1');
    void enter('b1');
    void enter('c1');
    leave();
    leave();
    await settle();
    expect(order).toEqual(['a1', 'b1']);
  });

  test('are refused to the client that waits for the most of them', async () => {
    const { order, enter } = watched({ atOnce: 1, mostWaiting: 2 });
    const leave = await enter('a1');
    const second = enter('a2');
    const third = enter('a3');
    const other = enter('b1');
    await expect(third).rejects.toBeInstanceOf(BusyError);
    await expect(enter('b2')).rejects.toBeInstanceOf(BusyError);
    leave();
    (await second)();
    await other;
    expect(order).toEqual(['a1', 'a2', 'b1']);
  });

  test('are not waited for by a run that nobody waits for', async () => {
    const { order, enter } = watched({ atOnce: 1, mostWaiting: 1 });
    const leave = await enter('a1');
    const gone = new AbortController();
    const second = enter('b1', { signal: gone.signal });
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    // Its place in the queue is free.
    const third = enter('c1');
    leave();
    await third;
    expect(order).toEqual(['a1', 'c1']);
    await expect(enter('d1', { signal: gone.signal })).rejects.toThrow('gone');
  });

  test('are waited for no longer than patience lasts', async () => {
    const { enter } = watched({ atOnce: 1, patienceMs: 0 });
    await enter('a1');
    await expect(enter('b1')).rejects.toBeInstanceOf(BusyError);
  });
});

describe('a run whose client keeps it waiting', () => {
  test('gives way to another, the slowest first', async () => {
    const { order, enter } = watched({ atOnce: 2, atOnceOfClient: 2 });
    const slow = async (name: string, owedMs: number) => {
      const leaving: { leave?: () => void } = {};
      leaving.leave = await enter(name, { owedMs, giveWay: () => leaving.leave?.() });
    };
    await slow('a1', 6_000);
    await slow('a2', 9_000);
    const third = enter('b1');
    await third;
    expect(order).toEqual(['a1', 'a2', 'b1']);
    await enter('c1');
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1']);
  });

  test('keeps its place while nobody waits for it', async () => {
    const { enter } = watched({ atOnce: 2, atOnceOfClient: 1 });
    const cut: string[] = [];
    await enter('a1', { owedMs: 9_000, giveWay: () => cut.push('a1') });
    await enter('b1');
    await settle();
    expect(cut).toEqual([]);
  });

  test('gives way to a run of its own client only where another place would be of no use', async () => {
    const { enter } = watched({ atOnce: 3, atOnceOfClient: 1 });
    const cut: string[] = [];
    const leaves: (() => void)[] = [];
    const slow = (name: string, owedMs: number) => {
      const giveWay = () => {
        cut.push(name);
        for (const leave of leaves.splice(0)) leave();
      };
      return enter(name, { owedMs, giveWay });
    };
    leaves.push(await slow('a1', 6_000));
    await slow('b1', 9_000);
    await enter('a2');
    expect(cut).toEqual(['a1']);
  });
});
