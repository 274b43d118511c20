import type { Owner } from '@millrace/export';

/** Every request until clients are told apart. */
export const ANONYMOUS: Owner = { tenant: 'default', client: 'anonymous' };

/** Whoever acts through `/admin`. */
export const OPERATOR: Owner = { tenant: 'default', client: 'operator' };
