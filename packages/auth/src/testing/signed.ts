import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWK } from 'jose';

/** A key pair of a test, with its public half as it is registered. */
export interface TestKey {
  readonly alg: string;
  readonly publicKey: JWK;
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, string | undefined>>,
  ): Promise<string>;
}

export async function makeKey(kid: string, alg: string): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    publicKey: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (claims, header = {}) => {
      const all = { alg, kid, typ: 'JWT', ...header };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      return new SignJWT(claims).setProtectedHeader({ ...given, alg }).sign(privateKey);
    },
  };
}
