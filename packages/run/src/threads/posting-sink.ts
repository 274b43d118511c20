import type { PartSink } from '@millrace/storage';

/** Hands over a part that is complete. The chunks are whole buffers, which may be moved to another thread. */
export type PostPart = (key: string, chunks: readonly Uint8Array<ArrayBuffer>[]) => void;

/** Keeps parts in memory until they are complete. Nobody checks them afterwards, so they have no checksums. */
export function createPostingSink(post: PostPart): PartSink {
  return {
    async open(key) {
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      let bytes = 0;
      return {
        id: key,
        async write(chunk) {
          // The encoder writes over its buffer once this has resolved.
          chunks.push(new Uint8Array(chunk));
          bytes += chunk.length;
        },
        async commit() {
          post(key, chunks);
          return { key, bytes, sha256: '', etag: '' };
        },
        abort: async () => undefined,
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    abort: async () => undefined,
  };
}
