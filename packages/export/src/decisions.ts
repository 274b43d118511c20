/** Tells soon of exports that are being decided. It is a hint: some are missed, as while Redis is away. */
export interface Decisions {
  /** @returns stops telling the listener */
  onDecided(exportId: string, listener: () => void): () => void;
}
