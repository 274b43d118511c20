import { expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandFor, findCommandPeer, readPeerCommands } from './command-peers.js';
import type { PeerJob } from './peer.js';

const job: PeerJob = {
  view: { name: 'v', file: '/views/v.json', view: {} },
  input: '/in/Patient.ndjson',
  output: '/out/v.csv',
  format: 'csv',
  threads: 2,
};

it('peers are named in the environment, or there are none', () => {
  const peers = [{ name: 'other', command: ['other', '{view}'] }];
  expect(readPeerCommands(JSON.stringify(peers))).toEqual(peers);
  expect(readPeerCommands(undefined)).toEqual([]);
  expect(() => readPeerCommands('other {view}')).toThrow(/MILLRACE_PEERS is other \{view\}, expected \[/);
});

it('a command is told the job, also within an argument, and other braces stay', () => {
  const command = ['p', '--view={view}', '{input}', '{output}', '{format}/{threads}', '{other}'];
  expect(commandFor(command, job)).toEqual([
    'p',
    '--view=/views/v.json',
    '/in/Patient.ndjson',
    '/out/v.csv',
    'csv/2',
    '{other}',
  ]);
});

it('a program is run and timed, and its fault is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-peer-'));
  const [input, output] = [join(folder, 'in'), join(folder, 'out')];
  await writeFile(input, 'rows');
  const copies = await findCommandPeer({ name: 'copy', command: ['cp', '{input}', '{output}'] });
  const run = 'run' in copies ? await copies.run({ ...job, input, output }) : undefined;
  expect(run?.seconds).toBeGreaterThan(0);
  expect(await readFile(output, 'utf8')).toBe('rows');
  const fails = await findCommandPeer({ name: 'bad', command: ['cp', '{output}/none', '{output}'] });
  await expect('run' in fails ? fails.run({ ...job, output }) : undefined).rejects.toThrow(
    /peer bad failed on v/,
  );
  await rm(folder, { recursive: true });
});

it('a program that is not there is absent', async () => {
  expect(await findCommandPeer({ name: 'gone', command: ['/nowhere/peer'] })).toEqual({
    name: 'gone',
    absent: 'there is no /nowhere/peer',
  });
});
