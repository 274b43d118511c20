import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../until.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;

beforeAll(async () => {
  platform = await openPlatform();
});

afterAll(() => platform.close());

it.each(['store', 'source'] as const)(
  'an API that nobody uses tells that its %s is away',
  async (dependency) => {
    const { operationsUrl } = await platform.start();
    const isLost = async (): Promise<boolean> => {
      const metrics = await (await fetch(`${operationsUrl}/metrics`)).text();
      return new RegExp(`^millrace_dependency_lost\\{dependency="${dependency}".* 1$`, 'm').test(metrics);
    };
    const place = dependency === 'store' ? platform.out : platform.data;
    expect(await isLost()).toBe(false);
    await rename(place, `${place}-elsewhere`);
    await until(isLost);
    await rename(`${place}-elsewhere`, place);
    await until(async () => !(await isLost()));
  },
);
