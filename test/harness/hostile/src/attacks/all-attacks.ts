import { addressAttacks } from './addresses.js';
import type { Attack } from './attack.js';
import { bodyAttacks } from './bodies.js';
import { definitionAttacks } from './definitions.js';
import { parameterAttacks } from './parameters.js';
import { runSocketAttacks } from './run-sockets.js';
import { runAttacks } from './runs.js';
import { socketAttacks } from './sockets.js';
import { storedViewAttacks } from './stored-views.js';
import { viewAttacks } from './views.js';

/** Every kind whose name contains the text, each once. */
export function attacksNamed(text: string): readonly Attack[] {
  return allAttacks().filter(({ name }) => name.includes(text));
}

function allAttacks(): readonly Attack[] {
  return [
    ...bodyAttacks(),
    ...parameterAttacks(),
    ...viewAttacks(),
    ...addressAttacks(),
    ...socketAttacks(),
    ...definitionAttacks(),
    ...storedViewAttacks(),
    ...runAttacks(),
    ...runSocketAttacks(),
  ];
}
