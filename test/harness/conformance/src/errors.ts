/** The folder holds no suite, or something else. The message says what would be right. */
export class SuiteFolderError extends Error {
  override readonly name = 'SuiteFolderError';
}
