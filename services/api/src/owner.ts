import type { Owner } from '@millrace/export';

/** Everybody who acts through `/admin`. */
export const OPERATOR: Owner = { tenant: 'default', client: 'operator' };
