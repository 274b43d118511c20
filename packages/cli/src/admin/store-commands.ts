import type { Command } from 'commander';
import { adoptStore, readStoreState } from '../store/compose.js';
import { print, type Terminal } from '../terminal.js';

/**
 * Adds `admin store`. Services do not start on a store that may be the wrong one, so this command cannot ask
 * them. It opens Redis and the store itself, with the environment of the services.
 */
export function addStore(
  admin: Command,
  terminal: Terminal,
  requireWrite: (what: string) => void,
  isJson: () => boolean,
): void {
  const store = admin
    .command('store')
    .description('the object store that holds the exports; needs the environment variables of the services');
  store
    .command('show')
    .description('shows the id of the store that is there, and the id that Redis knows')
    .action(async () => {
      const state = await readStoreState(terminal.env);
      const { place, found, known } = state;
      const text = `${place}\nfound  ${found ?? 'no marker'}\nknown  ${known ?? 'none'}`;
      print(terminal, isJson() ? JSON.stringify(state, undefined, 2) : text);
    });
  store
    .command('adopt')
    .description('makes this store the one that the services use; stop all services first')
    .action(async () => {
      requireWrite('store adopt');
      const state = await adoptStore(terminal.env);
      const { place, adopted, known } = state;
      const before = known === undefined || known === adopted ? '' : ` instead of ${known}`;
      const text = `the store at ${place} is ${adopted}; exports are kept in it${before}`;
      print(terminal, isJson() ? JSON.stringify(state, undefined, 2) : text);
    });
}
