import { compareKeys } from './key-order.js';
import type { BucketContent } from './bucket-content.js';
import { xmlAnswer } from './s3-answer.js';
import type { S3Answer } from './s3-answer.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal } from './s3-refusal.js';
import type { XmlElement } from './xml.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(bucket: BucketContent, request: S3Request, pageSize: number): S3Answer {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const most = entriesAtMost(query.get('max-keys'), pageSize);

  const entries: XmlElement[] = [];
  let last = after;
  let isTruncated = false;
  for (const key of bucket.sortedKeys()) {
    if (!key.startsWith(prefix) || compareKeys(key, last) <= 0) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    // A page that ended with a common prefix goes on after everything below it.
    if (common !== undefined && last.startsWith(common)) continue;
    if (entries.length === most) {
      isTruncated = true;
      break;
    }
    last = common === undefined ? key : `${common}\u{10ffff}`;
    entries.push(common === undefined ? contentsOf(bucket, key) : ['CommonPrefixes', [['Prefix', common]]]);
  }
  return xmlAnswer('ListBucketResult', [
    ['Name', request.bucket],
    ['Prefix', prefix],
    ['KeyCount', entries.length],
    ['MaxKeys', most],
    ['IsTruncated', isTruncated],
    ...(isTruncated ? [['NextContinuationToken', Buffer.from(last).toString('base64url')] as const] : []),
    ...entries,
  ]);
}

function contentsOf(bucket: BucketContent, key: string): XmlElement {
  const object = bucket.objects.get(key);
  return [
    'Contents',
    [
      ['Key', key],
      ['LastModified', object?.modifiedAt.toISOString() ?? ''],
      ['ETag', object?.etag ?? ''],
      ['Size', object?.content.length ?? 0],
      ['StorageClass', 'STANDARD'],
    ],
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listObjectVersions(bucket: BucketContent, request: S3Request, pageSize: number): S3Answer {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker') ?? '';
  const most = entriesAtMost(query.get('max-keys'), pageSize);
  const all = [...(bucket.versions ?? [])]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => compareKeys(a, b))
    .flatMap(([key, versions]) => versions.map((version) => ({ key, ...version })));
  const marked = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  const rest = all.slice(marked + 1);
  const page = rest.slice(0, most);
  const last = page.at(-1);
  return xmlAnswer('ListVersionsResult', [
    ['Name', request.bucket],
    ['Prefix', prefix],
    ['MaxKeys', most],
    ['IsTruncated', rest.length > most],
    ...(rest.length > most && last
      ? ([
          ['NextKeyMarker', last.key],
          ['NextVersionIdMarker', last.id],
        ] as const)
      : []),
    ...page.map(({ key, id, object }): XmlElement => [
      'Version',
      [
        ['Key', key],
        ['VersionId', id],
        ['IsLatest', bucket.objects.get(key) === object],
        ['ETag', object.etag],
        ['Size', object.content.length],
        ['LastModified', object.modifiedAt.toISOString()],
      ],
    ]),
  ]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads(bucket: BucketContent, request: S3Request, pageSize: number): S3Answer {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const most = entriesAtMost(query.get('max-uploads'), pageSize);
  const rest = [...bucket.uploads.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id))
    .filter(({ key, id }) => {
      const order = compareKeys(key, keyMarker);
      return order > 0 || (order === 0 && idMarker !== '' && compareKeys(id, idMarker) > 0);
    });
  const page = rest.slice(0, most);
  const last = page.at(-1);
  return xmlAnswer('ListMultipartUploadsResult', [
    ['Bucket', request.bucket],
    ['Prefix', prefix],
    ['MaxUploads', most],
    ['IsTruncated', rest.length > most],
    ...(rest.length > most && last
      ? ([
          ['NextKeyMarker', last.key],
          ['NextUploadIdMarker', last.id],
        ] as const)
      : []),
    ...page.map(({ key, id, initiatedAt }): XmlElement => [
      'Upload',
      [
        ['Key', key],
        ['UploadId', id],
        ['Initiated', initiatedAt.toISOString()],
      ],
    ]),
  ]);
}

function entriesAtMost(text: string | null, pageSize: number): number {
  const most = Number(text ?? pageSize);
  if (!Number.isInteger(most) || most < 0)
    throw new S3Refusal(400, 'InvalidArgument', `not a count: ${text}`);
  return Math.min(most, pageSize);
}
