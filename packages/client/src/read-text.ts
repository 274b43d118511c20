/**
 * The bytes of an answer. Not all browsers iterate over streams themselves. Who stops early gives the connection up.
 */
export async function* bytesOf(response: Response): AsyncGenerator<Uint8Array, undefined> {
  if (response.body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isOver = done;
      if (value === undefined) return;
      yield value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) await reader.cancel();
  }
}

/**
 * The text of an answer that is no longer than `maxCharacters`.
 *
 * @throws RangeError when it is longer; what its stream rejects with passes through
 */
export async function readText(response: Response, maxCharacters: number): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let length = 0;
  for await (const chunk of bytesOf(response)) {
    const piece = decoder.decode(chunk, { stream: true });
    length += piece.length;
    if (length > maxCharacters) throw new RangeError(`more than ${maxCharacters} characters`);
    pieces.push(piece);
  }
  pieces.push(decoder.decode());
  return pieces.join('');
}
