/** The run itself cannot go on; that says nothing about the service. */
export class HostileRunError extends Error {
  override name = 'HostileRunError';
}
