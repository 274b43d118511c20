import { duration } from '@millrace/configuration';
import * as z from 'zod';

/** The files of keys and clients, which change while the API runs. */
export const filesSection = z
  .object({
    SETTINGS_FILES_INTERVAL: duration({ min: '100ms', fallback: '30s' }).describe(
      'How often the API looks whether `TLS_CERT_FILE` and `TLS_KEY_FILE`, `OPS_TLS_CERT_FILE` and `OPS_TLS_KEY_FILE`, `AUTH_CLIENTS_FILE`, `AUTH_SECRETS_FILE`, `AUTH_JWKS_FILE` and `OPERATOR_TOKEN_FILE` have changed, and takes what is new. A file that it cannot take is logged and counted, and what was there before stays.',
    ),
  })
  .transform((env) => ({ everyMs: env.SETTINGS_FILES_INTERVAL }))
  .describe('Files that change');
