import { flag } from '@millrace/configuration';
import * as z from 'zod';

/** Access of operators to the operations listener of an API. */
export const adminSection = z
  .object({
    OPERATOR_TOKEN_FILE: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File with the token that operators must send to `/admin`, `/ops` and `/ops/queues`: 16 or more visible ASCII characters. If unset, these answer requests from this machine only.',
      ),
    OPS_TLS_CERT_FILE: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File of a certificate with its chain, in PEM: the operations listener of this API then speaks HTTPS, and tokens of operators cannot be read on the way. Probes and scrapes of it need the scheme HTTPS. By default HTTP.',
      ),
    OPS_TLS_KEY_FILE: z
      .string()
      .min(1)
      .optional()
      .describe('File of the private key of `OPS_TLS_CERT_FILE`, in PEM.'),
    QUEUE_BOARD_ACTIONS: flag(false).describe(
      'Whether operators may pause queues on the queue board (`/ops/queues`) and have messages delivered again. Otherwise it only shows them.',
    ),
  })
  .transform((env) => ({
    tokenFile: env.OPERATOR_TOKEN_FILE,
    certFile: env.OPS_TLS_CERT_FILE,
    keyFile: env.OPS_TLS_KEY_FILE,
    boardActions: env.QUEUE_BOARD_ACTIONS,
  }))
  .describe('Operators');
