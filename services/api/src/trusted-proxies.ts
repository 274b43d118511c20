import { isIP } from 'node:net';
import * as z from 'zod';

/** Addresses and networks, such as `10.0.0.7` and `10.0.0.0/8`, whose `X-Forwarded-For` and `X-Forwarded-Proto` count. */
export const trustedProxies = z.string().transform((text, context): readonly string[] => {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const wrong = words.find((word) => !isNetwork(word));
  if (wrong === undefined) return words;
  context.addIssue(
    `must be addresses or networks such as 10.0.0.0/8, separated by white space; ${JSON.stringify(wrong)} is none`,
  );
  return z.NEVER;
});

function isNetwork(word: string): boolean {
  const [address = '', bits, ...others] = word.split('/');
  const version = isIP(address);
  if (version === 0 || others.length > 0) return false;
  // A network of everybody would let anybody say where a request is from.
  return (
    bits === undefined ||
    (/^\d{1,3}$/.test(bits) && Number(bits) >= 8 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
