/** The folder holds no suite. The message says what would be right. */
export class SuiteFolderError extends Error {
  override readonly name = 'SuiteFolderError';
}
