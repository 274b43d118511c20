import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ServiceStartError, startStack } from '@millrace/local-stack';
import { sampleDataDir } from '@millrace/samples';
import { isAlive } from '../is-alive.js';
import { REDIS_URL } from '../redis-url.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-local-stack-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a stack', () => {
  test('answers once it is there, tells what its services write, and leaves nothing behind', async () => {
    const said: string[] = [];
    const stack = await startStack({ data: sampleDataDir, redisUrl: REDIS_URL, workers: 1 });
    await stack.startWorker({ LOG_LEVEL: 'debug' }, (line) => said.push(line));
    const another = await stack.startApi();
    for (const { fhirUrl } of [stack.api, another]) {
      expect((await fetch(`${fhirUrl}/metadata`)).status).toBe(200);
    }
    expect(said.join('\n')).toContain('worker started');
    expect(stack.workers).toHaveLength(2);

    const pids = [stack.api.service, another.service, ...stack.workers].map(({ pid }) => pid);
    expect(pids.every(isAlive)).toBe(true);
    await stack[Symbol.asyncDispose]();
    expect(pids.some(isAlive)).toBe(false);
    expect(existsSync(stack.outFolder)).toBe(false);
  });

  test('whose service cannot start says which one and what it wrote last', async () => {
    const nowhere = join(folder, 'nowhere');
    const starting = startStack({ data: nowhere, redisUrl: REDIS_URL });
    await expect(starting).rejects.toThrow(ServiceStartError);
    await expect(starting).rejects.toThrow(/^api ended with code 1:[^]*nowhere is not readable/);
  });
});

describe('a service that is told to end', () => {
  test('has ended in order when it was in time', async () => {
    await using stack = await startStack({ data: sampleDataDir, redisUrl: REDIS_URL });
    const { service } = stack.api;
    expect(await service.end('SIGTERM')).toBe(true);
    expect(await service.ended).toBe('code 0');
  });

  test('is killed when it is not', async () => {
    await using stack = await startStack({ data: sampleDataDir, redisUrl: REDIS_URL });
    const { service } = stack.api;
    service.signal('SIGSTOP');
    expect(await service.end('SIGTERM', 50)).toBe(false);
    expect(await service.ended).toBe('SIGKILL');
  });
});
