import * as z from 'zod';
import { port } from './variables.js';

/** Logging, and the listener for operators. */
export function operationsSection(defaultPort: number) {
  return z
    .object({
      LOG_LEVEL: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least severe level that is logged.'),
      OPS_HOST: z
        .string()
        .default('127.0.0.1')
        .describe(
          'Address of the operations listener (`/livez`, `/readyz`, `/metrics`, on the API also `/admin`, `/ops` and `/ops/queues`). Only these three have access control.',
        ),
      OPS_PORT: port(defaultPort).describe('Port of the operations listener; 0 picks a free one.'),
    })
    .transform((env) => ({ logLevel: env.LOG_LEVEL, host: env.OPS_HOST, port: env.OPS_PORT }))
    .describe('Operations');
}
