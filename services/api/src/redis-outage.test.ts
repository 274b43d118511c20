import { describe, expect, it } from '@jest/globals';
import { JobStoreUnavailableError } from './errors.js';
import { nameRedisOutage } from './redis-outage.js';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

describe('naming an outage of Redis', () => {
  it.each([
    [new Error('Command timed out')],
    [new Error('Connection is closed.')],
    [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' })],
    [reply('LOADING Redis is loading the dataset in memory')],
    [reply("OOM command not allowed when used memory > 'maxmemory'.")],
    [reply("READONLY You can't write against a read only replica.")],
  ])('%s', (error) => {
    const named = nameRedisOutage(error);
    expect(named).toBeInstanceOf(JobStoreUnavailableError);
    expect(named).toMatchObject({ cause: error });
  });

  it.each([
    [new TypeError('x is undefined')],
    [reply('ERR wrong number of arguments')],
    ['text'],
    [undefined],
  ])('leaves %s as it is', (error) => {
    expect(nameRedisOutage(error)).toBe(error);
  });
});
