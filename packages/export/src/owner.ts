/** Whose an export is, and whose exports a request may see. */
export interface Owner {
  readonly tenant: string;
  readonly client: string;
}
