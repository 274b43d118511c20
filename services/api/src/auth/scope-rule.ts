import { mayRead, permits, ScopeRefusedError } from '@millrace/auth';
import type { Permission, Scopes } from '@millrace/auth';
import type { ReadAccess } from '@millrace/protocol';

/** The scopes that a route asks for, of a client that is known. */
export type ScopeRule =
  /** None: it is about what the client itself began. */
  | { readonly kind: 'own' }
  /** Permission for one resource type. */
  | { readonly kind: 'type'; readonly type: string; readonly permission: Permission }
  /** To read every resource type that the request touches. The handler finds out which, and asks for each. */
  | { readonly kind: 'touched' }
  /** For each entry of a Bundle its own. The handler asks. */
  | { readonly kind: 'entries' };

/** Holds a token to a rule, as far as it is known before the request is read. @throws ScopeRefusedError */
export function requireScope(scopes: Scopes, rule: ScopeRule): void {
  switch (rule.kind) {
    case 'own':
    case 'touched':
    case 'entries':
      return;
    case 'type':
      requirePermission(scopes, rule.type, rule.permission);
      return;
    default:
      rule satisfies never;
  }
}

/** @throws ScopeRefusedError */
export function requirePermission(scopes: Scopes, type: string, permission: Permission): void {
  if (permits(scopes, type, permission)) return;
  const needed = `system/${type}.${permission}`;
  throw new ScopeRefusedError(`the token does not allow this; it needs the scope ${needed}`, needed);
}

/** The access of a request to data. */
export function readAccess(scopes: Scopes): ReadAccess {
  return { mayRead: (type) => mayRead(scopes, type), require: (types) => requireReadable(scopes, types) };
}

const MOST_NAMED = 20;

/** Holds a token to all types whose resources something has. @throws ScopeRefusedError that names those that it may not read */
export function requireReadable(scopes: Scopes, types: readonly string[]): void {
  const refused = [...new Set(types)].filter((type) => !mayRead(scopes, type));
  if (refused.length === 0) return;
  const needed = refused
    .slice(0, MOST_NAMED)
    .map((type) => `system/${type}.rs`)
    .join(' ');
  throw new ScopeRefusedError(
    `the token does not allow to read all of these resources; it also needs the scopes ${needed}${refused.length > MOST_NAMED ? ` and ${refused.length - MOST_NAMED} more` : ''}`,
    needed,
  );
}
