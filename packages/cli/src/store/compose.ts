import { ConfigurationError, loadConfig, redisSection, storageSection } from '@millrace/configuration';
import { redisStoreRegister } from '@millrace/jobstore';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { createMarker, openProvenSink, openSink, placeOf, readMarker } from '@millrace/storage';
import type { StoreRegister } from '@millrace/storage';
import { randomUUID } from 'node:crypto';
import { CommandFailedError, reasonOf } from '../errors.js';

/** The object store, and the id that Redis expects of it, opened with the settings of the services. */
export interface StoreState {
  /** As in `MILLRACE_OUT`. */
  readonly place: string;
  /** Id in the marker of the store. */
  readonly found: string | undefined;
  /** Id of the store that Redis knows. */
  readonly known: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PATIENCE_MS = 5_000;

/** @throws CommandFailedError when the environment is not that of a service, or when Redis does not answer */
export async function readStoreState(env: Environment): Promise<StoreState> {
  return withStore(env, async ({ storage, register }) => ({
    place: placeOf(storage.out),
    found: await readMarker(openSink(storage.out)),
    known: await register.known(),
  }));
}

/**
 * Makes the store of the environment the store of the exports, even if Redis knows another one. Returns the
 * state before.
 */
export async function adoptStore(env: Environment): Promise<StoreState & { readonly adopted: string }> {
  return withStore(env, async ({ storage, register }) => {
    const { sink } = await openProvenSink(storage.out, storage);
    const [found, known] = [await readMarker(sink), await register.known()];
    const adopted = await createMarker(sink, randomUUID());
    await register.replace(adopted);
    return { place: placeOf(storage.out), found, known, adopted };
  });
}

async function withStore<Result>(
  env: Environment,
  use: (of: { storage: ReturnType<typeof placesIn>['storage']; register: StoreRegister }) => Promise<Result>,
): Promise<Result> {
  const { redis: at, storage } = placesIn(env);
  const redis = createRedisConnection(at.where, 'request');
  try {
    await untilReady(redis, PATIENCE_MS);
    return await use({ storage, register: redisStoreRegister({ redis, prefix: at.prefix }) });
  } catch (error) {
    if (error instanceof CommandFailedError) throw error;
    throw new CommandFailedError(reasonOf(error), { cause: error });
  } finally {
    redis.disconnect();
  }
}

function placesIn(env: Environment) {
  try {
    // This command reads no input, and the section demands a folder of them.
    return loadConfig({ redis: redisSection, storage: storageSection }, { MILLRACE_DATA: '.', ...env });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new CommandFailedError(
      `this command needs the environment of the services, such as REDIS_URL and MILLRACE_OUT: ${error.message}`,
    );
  }
}
