import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { AuditResult } from '@millrace/audit';
import { createBackgroundWork } from '@millrace/lifecycle';
import express from 'express';
import { beginAudit } from './begin-audit.js';

test('an entry ends also where its client goes away while it is being written', async () => {
  const results: AuditResult[] = [];
  const background = createBackgroundWork((error) => {
    throw error;
  });
  const unexpected = (): never => {
    throw new Error('the entry was written');
  };
  const app = express();
  const audited = new Promise<void>((resolve, reject) => {
    app.get('/', (request, response) => {
      const audit = {
        async init() {
          client.destroy();
          await once(response, 'close');
          return 'started' as const;
        },
        complete: async (_: string, result: AuditResult) => {
          results.push(result);
          return 'completed' as const;
        },
      };
      const ports = {
        audit,
        background,
        events: { auditRefused: unexpected, auditNotCompleted: unexpected },
      };
      const owner = { tenant: 'default', client: 'somebody' };
      beginAudit(ports, { action: 'cancel' }, owner, request, response).then(resolve, reject);
    });
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address with a port.
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await audited;
  await background.settled();
  expect(results).toMatchObject([{ kind: 'error', status: 499 }]);
  server.close();
});
