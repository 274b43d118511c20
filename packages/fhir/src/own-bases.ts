/**
 * FHIR base URLs under which absolute references of a source are references to the source itself, as `serviceBase`
 * writes them. With `any` every base is one.
 */
export type OwnBases = 'any' | readonly string[];

/** Quotes, backslashes and the like are not part of a URL, and JSON would escape them. */
const BASE = /^(https?:\/\/)([^/?#@,;\s"\\<>{}|^`]+)((?:\/[^?#\s"\\<>{}|^`]*)?)$/i;

/**
 * The normal form of a FHIR base URL: scheme and host in lower case, without slashes at the end. Undefined
 * for text that is not an absolute http or https URL, and for a URL with credentials, a query or a fragment.
 */
export function serviceBase(text: string): string | undefined {
  const [, scheme = '', host = '', path = ''] = BASE.exec(text) ?? [];
  // oxlint-disable-next-line no-control-regex -- control characters are looked for because no URL has them
  if (scheme === '' || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === '/') end -= 1;
  return scheme.toLowerCase() + lowerAscii(host) + path.slice(0, end);
}

/** How much of a base, from its start, is compared without regard to letter case: scheme and host. */
export function caselessLength(base: string): number {
  const path = base.indexOf('/', base.indexOf('://') + 3);
  return path < 0 ? base.length : path;
}

/** The text after one of the bases and a slash; undefined if it begins with none of them. */
export function behindBase(text: string, bases: readonly string[]): string | undefined {
  const base = bases.find((candidate) => isBehind(text, candidate));
  return base === undefined ? undefined : text.slice(base.length + 1);
}

function isBehind(text: string, base: string): boolean {
  if (text.charAt(base.length) !== '/') return false;
  if (text.startsWith(base)) return true;
  const caseless = caselessLength(base);
  return (
    text.startsWith(base.slice(caseless), caseless) &&
    lowerAscii(text.slice(0, caseless)) === base.slice(0, caseless)
  );
}

/** Other letters have forms of other lengths. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
