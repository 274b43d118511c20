import { createHash, hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SettingsFileError } from './errors.js';

/** A key made from a secret for one purpose. */
export interface PurposeKey {
  /** Tells keys apart, and says nothing about the secret. */
  readonly id: string;
  readonly key: Uint8Array;
}

/** The keys of a purpose: the first signs, all of them verify. */
export type PurposeKeys = readonly [PurposeKey, ...PurposeKey[]];

/** A secret signs for each purpose by another key, so that what is signed for one never counts for another. */
export type Purpose = 'access-token' | 'signed-url' | 'shared-keys';

const LEAST_CHARACTERS = 32;
const MOST_SECRETS = 10;
const KEY_BYTES = 32;
const ID_CHARACTERS = 12;

/**
 * Reads secrets, one a line. A new one is added below, at every instance, then it becomes the first, and once nothing that the
 * old one signed counts any more, that is removed.
 *
 * @throws SettingsFileError when there is none, or one that could be guessed
 */
export async function readSecrets(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SettingsFileError(file, 'cannot be read', { cause });
  });
  const secrets = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (secrets.length === 0 || secrets.length > MOST_SECRETS)
    throw new SettingsFileError(file, `must have 1 to ${MOST_SECRETS} secrets, one a line`);
  if (secrets.some((secret) => secret.length < LEAST_CHARACTERS))
    throw new SettingsFileError(
      file,
      `has a secret of less than ${LEAST_CHARACTERS} characters; make one with openssl rand -hex 32`,
    );
  return secrets;
}

/** @param secrets at least one */
export function keysFor(secrets: readonly string[], purpose: Purpose): PurposeKeys {
  const [first, ...others] = secrets.map((secret) => keyFor(secret, purpose));
  if (first === undefined) throw new Error('there is no secret to make a key of');
  return [first, ...others];
}

function keyFor(secret: string, purpose: Purpose): PurposeKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `millrace ${purpose}`, KEY_BYTES));
  return { id: createHash('sha256').update(key).digest('hex').slice(0, ID_CHARACTERS), key };
}
