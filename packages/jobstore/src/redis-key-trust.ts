import type { KeyTrust } from '@millrace/export';
import { CorruptStoreError } from './errors.js';
import type { StoreAccess } from './store-access.js';

export function redisKeyTrust({ keys, run }: StoreAccess): KeyTrust {
  return {
    async serverRun() {
      const reply = await run('trust-keys', [keys.live], ['']);
      if (reply[0] !== 'run') throw new CorruptStoreError('the reply of trust-keys', reply[0]);
      return reply[1];
    },
    async trustKeys(serverRun) {
      const [code] = await run('trust-keys', [keys.live], [serverRun]);
      return code === 'trusted' ? 'trusted' : 'over';
    },
  };
}
