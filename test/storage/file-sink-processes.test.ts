import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { openSink } from '@millrace/storage';

const PROGRAM = fileURLToPath(new URL('./racer-program.ts', import.meta.url));
const ROUNDS = 25;

let onTestEnd: (() => Promise<void>) | undefined;
afterEach(() => onTestEnd?.());

it('lets exactly one of several processes create an object', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-racers-'));
  onTestEnd = () => rm(folder, { recursive: true });
  const racers = ['a', 'b', 'c', 'd'].map((name) => startRacer(folder, name));
  await Promise.all(racers.map((racer) => racer.nextLine()));
  for (const racer of racers) racer.go();
  const results = await Promise.all(racers.map(async (racer) => (await racer.nextLine()).split(',')));
  await Promise.all(racers.map((racer) => racer.ended));

  const sink = openSink({ kind: 'file', root: folder });
  for (let round = 0; round < ROUNDS; round += 1) {
    const winners = racers.filter((_racer, n) => results[n]?.[round] === 'created').map(({ name }) => name);
    const losers = results.filter((result) => result[round] === 'exists');
    expect([winners.length, losers.length]).toEqual([1, 3]);
    expect(String(await sink.read(`t/e/${round}.json`))).toBe(winners[0]);
  }
}, 60_000);

function startRacer(root: string, name: string) {
  const child = spawn(process.execPath, ['--import', 'jiti/register', PROGRAM, root, name, String(ROUNDS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    nextLine: async () => String((await lines.next()).value),
    go: () => child.stdin.write('go\n'),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}
