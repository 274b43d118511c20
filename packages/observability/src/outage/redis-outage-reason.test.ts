import { expect, test } from '@jest/globals';
import { redisOutageReason } from './redis-outage-reason.js';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
const named = (name: string, cause?: unknown) => Object.assign(new Error(name, { cause }), { name });
const system = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:9`), { code });

test.each([
  [new Error('Command timed out'), 'Command timed out'],
  [new Error('Connection is closed.'), 'Connection is closed.'],
  [new Error("Stream isn't writeable and enableOfflineQueue options is false"), 'not connected'],
  [new Error("Cluster isn't ready and enableOfflineQueue options is false"), 'not connected'],
  [new Error('All sentinels are unreachable and retry is disabled.'), 'All sentinels are unreachable'],
  [system('ECONNREFUSED'), 'ECONNREFUSED'],
  [system('ECONNRESET'), 'ECONNRESET'],
  [reply('LOADING Redis is loading the dataset in memory'), 'LOADING'],
  [reply("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
  [reply('ERR Error running script (call to f_1a): @user_script:3: -OOM command not allowed'), 'OOM'],
  [reply('NOAUTH Authentication required.'), 'NOAUTH'],
  [reply('WRONGPASS invalid username-password pair or user is disabled.'), 'WRONGPASS'],
  [reply("NOPERM this user has no permissions to run the 'set' command"), 'NOPERM'],
  [reply("ERR The user executing the script can't run this command or subcommand script: 1a"), 'NOPERM'],
  [reply('ERR ACL failure in script: User default has no permissions to run set'), 'NOPERM'],
  [reply('ERR max number of clients reached'), 'maxclients'],
  [reply("READONLY You can't write against a read only replica."), 'READONLY'],
  [reply('MISCONF Errors writing to the AOF file: No space left on device'), 'MISCONF'],
  [new Error('Failed to add repeatable job for next iteration: OOM command not allowed'), 'OOM'],
  [
    Object.assign(reply('EXECABORT Transaction discarded because of previous errors.'), {
      previousErrors: [reply("OOM command not allowed when used memory > 'maxmemory'.")],
    }),
    'OOM',
  ],
  [named('QueueUnavailableError'), 'no answer'],
  [named('QueueUnavailableError', reply('READONLY no')), 'READONLY'],
])('%s is an outage of Redis', (error, reason) => {
  expect(redisOutageReason(error)).toBe(reason);
});

test.each([
  [new TypeError('x is undefined')],
  [reply('ERR wrong number of arguments')],
  [reply('WRONGTYPE Operation against a key holding the wrong kind of value')],
  [reply('EXECABORT Transaction discarded because of previous errors.')],
  [reply('BUSYGROUP Consumer Group name already exists')],
  [new Error('could not renew lock for job 1')],
  [named('StoreUnavailableError', system('ECONNREFUSED'))],
  ['OOM'],
  [undefined],
])('%s is something else', (error) => {
  expect(redisOutageReason(error)).toBeUndefined();
});
