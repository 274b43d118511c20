/** A letter for what a scope allows with resources of a type: create, read, update, delete, search. */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's';

/** The permissions of a client. */
export interface Scopes {
  /** By resource type, or `*` for all types: letters of `cruds`. */
  readonly granted: ReadonlyMap<string, string>;
  /** All scopes, as the token has them. Those that mean nothing here are among them. */
  readonly words: readonly string[];
}

/** A scope of SMART for systems. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
const SCOPE = /^system\/(\*|[A-Z][A-Za-z]{1,63})\.(read|write|\*|c?r?u?d?s?)$/;

/** The first version of SMART has three words for permissions. */
const FIRST_VERSION: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Everything: where nobody is told from others. */
export const ALL_SCOPES: Scopes = { granted: new Map([['*', 'cruds']]), words: ['system/*.cruds'] };

/** More than any token that means well has; a token is verified before they are read. */
const MOST_WORDS = 1000;

/**
 * Reads scopes that are separated by blanks. A scope with a search behind it (`system/Observation.rs?category=…`) allows a
 * part of the resources of a type, which nothing here can hold to: it allows nothing.
 */
export function readScopes(text: string): Scopes {
  const words = text
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  const granted = new Map<string, string>();
  for (const word of words) {
    const scope = scopeOf(word);
    if (scope !== undefined) granted.set(scope.type, union(granted.get(scope.type) ?? '', scope.permissions));
  }
  return { granted, words };
}

function scopeOf(word: string): { readonly type: string; readonly permissions: string } | undefined {
  const [, type, permission = ''] = SCOPE.exec(word) ?? [];
  if (type === undefined || permission === '') return undefined;
  return { type, permissions: FIRST_VERSION[permission] ?? permission };
}

export function permits({ granted }: Scopes, type: string, permission: Permission): boolean {
  return [type, '*'].some((key) => granted.get(key)?.includes(permission) === true);
}

/** Whether resources of a type may be exported. Reading one by its id is not enough for that. */
export function mayRead(scopes: Scopes, type: string): boolean {
  return permits(scopes, type, 'r') && permits(scopes, type, 's');
}

/** Whether resources of all types may be exported, whatever types there are. */
export function mayReadAll(scopes: Scopes): boolean {
  return mayRead(scopes, '*');
}

/**
 * The scopes that a client gets of those that it asks for: as far as it was registered for them. A scope that it may have whole
 * is given in its own spelling.
 *
 * @returns text of the scopes, separated by blanks; empty when none is left
 */
export function narrowScopes(asked: string, registered: Scopes): string {
  const given = readScopes(asked).words.flatMap((word) => {
    const scope = scopeOf(word);
    if (scope === undefined) return registered.words.includes(word) ? [word] : [];
    const isWhole = [...scope.permissions].every((one) => permits(registered, scope.type, one as Permission));
    if (isWhole) return [word];
    const types = scope.type === '*' ? [...registered.granted.keys()] : [scope.type];
    return types.flatMap((type) => {
      const left = [...scope.permissions].filter((one) => permits(registered, type, one as Permission));
      return left.length === 0 ? [] : [`system/${type}.${left.join('')}`];
    });
  });
  return [...new Set(given)].join(' ');
}

function union(one: string, other: string): string {
  return [...'cruds'].filter((letter) => one.includes(letter) || other.includes(letter)).join('');
}
