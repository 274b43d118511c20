import { expect, test } from '@jest/globals';
import { libraries } from './debian-packages.js';

test('only the libraries of a package are wanted, the first of alternatives', () => {
  const depends = 'adduser, libatomic1 (>= 4.8), libssl3t64 (>= 3.0.0) | libssl3, liblua5.1-0:any, lsb-base';
  expect(libraries(depends)).toEqual(['libatomic1', 'libssl3t64', 'liblua5.1-0']);
});
