import type { PartSink } from '@millrace/storage';

export interface ChunkSink extends PartSink {
  /** Chunks of a committed part, which is forgotten. */
  take(key: string): readonly Uint8Array[];
}

/** Keeps parts in memory until they are taken. Nothing is checked afterwards, so no checksum is computed. */
export function createChunkSink(): ChunkSink {
  const parts = new Map<string, Uint8Array[]>();
  return {
    async open(key) {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      const abort = async (): Promise<void> => void parts.delete(key);
      return {
        id: key,
        async write(chunk) {
          // The encoder writes over its buffer once this has resolved.
          chunks.push(new Uint8Array(chunk));
          bytes += chunk.length;
        },
        async commit() {
          parts.set(key, chunks);
          return { key, bytes, sha256: '', etag: '' };
        },
        abort,
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    abort: async (key) => void parts.delete(key),
    take(key) {
      const chunks = parts.get(key) ?? [];
      parts.delete(key);
      return chunks;
    },
  };
}
