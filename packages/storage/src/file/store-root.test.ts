import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../contract/temporary-folder.js';
import { storeRoot } from './store-root.js';

describe('a folder of the store', () => {
  test('is plain where no link is on the way from the root, however often it is asked', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'tenant/export'), { recursive: true });
    await symlink(join(folder.path, 'tenant'), join(folder.path, 'linked'));
    const root = storeRoot(folder.path);
    for (let times = 0; times < 2; times += 1) {
      expect(await root.isPlain('tenant/export')).toBe(true);
      expect(await root.isPlain('linked/export')).toBe(false);
    }
  });

  test('is not plain any more once a link has taken its place', async () => {
    await using folder = await temporaryFolder();
    const root = storeRoot(folder.path);
    await mkdir(join(folder.path, 'tenant/export'), { recursive: true });
    expect(await root.isPlain('tenant/export')).toBe(true);
    await rename(join(folder.path, 'tenant'), join(folder.path, 'elsewhere'));
    await symlink(join(folder.path, 'elsewhere'), join(folder.path, 'tenant'));
    expect(await root.isPlain('tenant/export')).toBe(false);
  });

  test('is plain below a root that is a link, also after that leads elsewhere', async () => {
    await using folder = await temporaryFolder();
    const [one, other, link] = ['one', 'other', 'link'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    for (const volume of [one, other]) await mkdir(join(volume, 'tenant'), { recursive: true });
    await symlink(one, link);
    const root = storeRoot(link);
    expect(await root.isPlain('tenant')).toBe(true);
    await rename(link, join(folder.path, 'before'));
    await symlink(other, link);
    expect(await root.isPlain('tenant')).toBe(true);
  });
});
