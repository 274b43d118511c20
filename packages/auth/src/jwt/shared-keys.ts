import type { JSONWebKeySet } from 'jose';

/** The keys of a URL as one instance has read them. */
export interface KeyDocument {
  readonly keys: JSONWebKeySet;
  /** Ms since the epoch. */
  readonly readAt: number;
  readonly freshUntil: number;
}

/** Through these documents instances tell each other of the keys of issuers and clients, so that not each of them asks for these. */
export interface SharedKeys {
  /** Undefined where there is none, or none that counts. */
  read(url: string): Promise<KeyDocument | undefined>;
  write(url: string, document: KeyDocument): Promise<void>;
  /** @returns whether the caller is the one that may ask for the document; no other caller may until the given milliseconds are over */
  takeTurn(url: string, forMs: number): Promise<boolean>;
}
