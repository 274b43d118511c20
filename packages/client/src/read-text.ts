/**
 * The text of an answer that is no longer than `maxCharacters`.
 *
 * @throws RangeError when it is longer; what its stream rejects with passes through
 */
export async function readText(response: Response, maxCharacters: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let length = 0;
  const chunks: AsyncIterable<Uint8Array> = response.body;
  for await (const chunk of chunks) {
    const piece = decoder.decode(chunk, { stream: true });
    length += piece.length;
    if (length > maxCharacters) throw new RangeError(`more than ${maxCharacters} characters`);
    pieces.push(piece);
  }
  pieces.push(decoder.decode());
  return pieces.join('');
}
