import { describeAuditLog } from '../contract/describe-audit-log.js';
import { createMemoryAuditLog } from './memory-audit-log.js';

describeAuditLog('the audit log in memory', (maxBytes = Infinity) => {
  let now = 1_800_000_000_000;
  return Promise.resolve({
    log: createMemoryAuditLog({ now: () => (now += 1), maxBytes }),
    now: () => Promise.resolve(now),
    elapse: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
