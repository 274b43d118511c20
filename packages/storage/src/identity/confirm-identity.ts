import type { GuardedSink } from './guard-sink.js';
import type { StoreRegister } from './settle-identity.js';

/**
 * Keeps the id of a store known, because it is lost with the data of Redis. A store is no longer used once an
 * operator has adopted another one. The store is read too, so that its loss is noticed before an export needs
 * it.
 *
 * @throws StoreUnavailableError when the store is not there or not to be used any more; what the register throws
 */
export async function confirmIdentity(
  register: Pick<StoreRegister, 'settle'>,
  { sink, storeId }: { readonly sink: Pick<GuardedSink, 'revoke' | 'confirm'>; readonly storeId: string },
): Promise<void> {
  try {
    const known = await register.settle(storeId);
    if (known !== storeId) sink.revoke(`the store ${known} was adopted instead: restart the services`);
  } finally {
    await sink.confirm();
  }
}
