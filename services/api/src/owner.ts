/** Whose exports a request may see. */
export interface Owner {
  readonly tenant: string;
  readonly client: string;
}

/** Every request until clients are told apart. */
export const ANONYMOUS: Owner = { tenant: 'default', client: 'anonymous' };

/** Whoever acts through `/admin`. */
export const OPERATOR: Owner = { tenant: 'default', client: 'operator' };
