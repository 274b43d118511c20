import { addressAttacks } from './addresses.js';
import type { Attack } from './attack.js';
import { bodyAttacks } from './bodies.js';
import { definitionAttacks } from './definitions.js';
import { parameterAttacks } from './parameters.js';
import { socketAttacks } from './sockets.js';
import { viewAttacks } from './views.js';

/** Every kind, each once. */
export function allAttacks(): readonly Attack[] {
  return [
    ...bodyAttacks(),
    ...parameterAttacks(),
    ...viewAttacks(),
    ...addressAttacks(),
    ...socketAttacks(),
    ...definitionAttacks(),
  ];
}
