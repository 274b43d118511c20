import type { GuardedSink } from './guard-sink.js';
import type { StoreRegister } from './settle-identity.js';

/**
 * Sees to it that the id of a store stays known: it is lost with the data of Redis. A store is not used any more once an
 * operator has adopted another one.
 */
export async function confirmIdentity(
  register: Pick<StoreRegister, 'settle'>,
  { sink, storeId }: { readonly sink: Pick<GuardedSink, 'revoke'>; readonly storeId: string },
): Promise<void> {
  const known = await register.settle(storeId);
  if (known !== storeId) sink.revoke(`the store ${known} was adopted in its place: start the services again`);
}
