import type { Owner } from '@millrace/export';
import type { Request } from 'express';

/** Clients are not told apart. */
const ANONYMOUS: Owner = { tenant: 'default', client: 'anonymous' };

/** Everybody who acts through `/admin`. */
export const OPERATOR: Owner = { tenant: 'default', client: 'operator' };

/** The tenant and the client that a request is from. All that a client reaches is found through these. */
export function ownerOf(_request: Pick<Request, 'headers' | 'socket'>): Owner {
  return ANONYMOUS;
}
