import type { ExportRequest, ManifestPage, PageFile, Subject } from '@millrace/export';
import type { Artefacts } from './remembered-artefacts.js';

type Pages = Pick<Artefacts, 'page'>;
type ExportName = Pick<ExportRequest, 'tenant' | 'id'>;

/** All stored pages, in their order. @throws ArtefactError, NewerVersionError */
export async function storedPages(artefacts: Pages, of: ExportName): Promise<ManifestPage[]> {
  const pages: ManifestPage[] = [];
  for (;;) {
    const page = await artefacts.page(of, pages.length);
    if (page === undefined) return pages;
    pages.push(page);
  }
}

/** The last stored page; undefined when there is none. @throws ArtefactError, NewerVersionError */
export async function lastStoredPage(artefacts: Pages, of: ExportName): Promise<ManifestPage | undefined> {
  return (await split(artefacts, of, () => true)).before;
}

/**
 * The file of that name in the stored pages; undefined when none of them has it.
 *
 * @param subjects of the request
 * @throws ArtefactError, NewerVersionError
 */
export async function findPageFile(
  artefacts: Pages,
  of: ExportName,
  subjects: readonly Pick<Subject, 'name'>[],
  name: string,
): Promise<PageFile | undefined> {
  const [, output, number] = /^(.+)\.part([1-9]\d{0,9})\.[a-z]+$/.exec(name) ?? [];
  const subject = subjects.findIndex((candidate) => candidate.name === output);
  if (subject < 0) return undefined;
  const { behind } = await split(artefacts, of, ({ named }) => (named[subject] ?? 0) < Number(number));
  return behind?.files.find((file) => file.name === name);
}

/**
 * The last of the pages that are early, and the first that is not. The early ones come first, so that few pages are
 * read.
 */
async function split(
  artefacts: Pages,
  of: ExportName,
  isEarly: (page: ManifestPage) => boolean,
): Promise<{ readonly before: ManifestPage | undefined; readonly behind: ManifestPage | undefined }> {
  let before: ManifestPage | undefined;
  let behind: ManifestPage | undefined;
  let end: number | undefined;
  for (;;) {
    const early = before?.page ?? -1;
    if (end === early + 1) return { before, behind };
    const at = end === undefined ? 2 * (early + 1) : Math.floor((early + end) / 2);
    const page = await artefacts.page(of, at);
    if (page !== undefined && isEarly(page)) before = page;
    else {
      end = at;
      behind = page;
    }
  }
}
