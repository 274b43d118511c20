import { describe, expect, it } from '@jest/globals';
import { JobStoreUnavailableError } from './errors.js';
import { nameRedisOutage } from './redis-outage.js';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

describe('naming an outage of Redis', () => {
  it.each([
    [new Error('Command timed out')],
    [reply("OOM command not allowed when used memory > 'maxmemory'.")],
  ])('%s', (error) => {
    const named = nameRedisOutage(error);
    expect(named).toBeInstanceOf(JobStoreUnavailableError);
    expect(named).toMatchObject({ cause: error });
  });

  it.each([
    [new TypeError('x is undefined')],
    [reply('ERR wrong number of arguments')],
    [new JobStoreUnavailableError('it has been named')],
    ['text'],
    [undefined],
  ])('leaves %s as it is', (error) => {
    expect(nameRedisOutage(error)).toBe(error);
  });
});
