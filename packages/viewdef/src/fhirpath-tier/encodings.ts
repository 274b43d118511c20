/**
 * `encode()`: the bytes of a string, which are UTF-8, as text. Undefined for a format that does not exist.
 *
 * @see https://build.fhir.org/ig/HL7/FHIRPath/#encodeformat--string--string
 */
export function encodeText(text: string, format: string): string | undefined {
  const bytes = new TextEncoder().encode(text);
  switch (format) {
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'base64':
      return btoa(unitsOf(bytes));
    case 'urlbase64':
    case 'base64url':
      return btoa(unitsOf(bytes)).replaceAll('+', '-').replaceAll('/', '_');
    default:
      return undefined;
  }
}

/**
 * `decode()`: the string that `encodeText` makes the text of. Undefined for a format that does not exist.
 *
 * @throws for text that is not in the format, and for bytes that are not UTF-8, such as those of an image
 */
export function decodeText(text: string, format: string): string | undefined {
  switch (format) {
    case 'hex':
      return stringOf(bytesOfHex(text));
    case 'base64':
      return stringOf(bytesOf(atob(text)));
    case 'urlbase64':
    case 'base64url':
      return stringOf(bytesOf(atob(text.replaceAll('-', '+').replaceAll('_', '/'))));
    default:
      return undefined;
  }
}

/** `btoa` and `atob` take a string whose UTF-16 units are bytes. */
function unitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function bytesOf(units: string): Uint8Array {
  return Uint8Array.from(units, (unit) => unit.charCodeAt(0));
}

function bytesOfHex(text: string): Uint8Array {
  if (!/^(?:[\da-f]{2})*$/i.test(text)) throw new Error('a byte is two hexadecimal digits');
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

function stringOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
