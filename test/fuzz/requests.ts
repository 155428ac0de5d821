// Random requests for the embedded OSS, over real HTTP: whatever is in the query, nothing changes but what the request
// names, and nothing ends in a 500.
import { Agent, createServer, type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { processImage } from '../../src/local/image/pipeline.js';
import { createLocalOss, type LocalOss } from '../../src/local/oss/server.js';
import { memoryStorage } from '../../src/local/oss/storage/memory.js';
import { nullVersion, type Storage, type StoredObject } from '../../src/local/oss/storage/storage.js';
import { accessKey, signedHeaders } from '../local/oss/fixture.js';
import type { Target } from './target.js';

/** A request, with its query before it is encoded. */
interface Asked {
  method: string;
  path: string;
  query: readonly (readonly [name: string, value: string])[];
  headers: Record<string, string>;
  body: string;
}

/** The sub-resources of OSS, as its documentation and its SDKs name them, and what no OSS has ever heard of. */
const names =
  `accessPoint accessPointPolicy accessmonitor acl append archiveDirectRead asyncFetch bucketArchiveDirectRead
  bucketInfo callback callback-var cleanRestoredObject cloudboxes cname comp continuation-token cors delete delimiter
  encoding-type encryption fetch-owner group httpsConfig img inventory inventoryId key-marker legalHold lifecycle link
  list-type live location logging marker max-keys max-parts max-uploads metaQuery objectInfo objectMeta objectWormConfig
  overwriteConfig part-number-marker partNumber policy policyStatus position prefix publicAccessBlock qos qosInfo
  qosRequester redundancyTransition referer regionList regions replication replicationLocation replicationProgress
  requestPayment requesterQosInfo resourceGroup resourcePool response-content-type response-expires restore retention rtc
  seal select sequential start-after stat status style styleName symlink tagging tls transferAcceleration uploadId uploads
  upload-id-marker userDefinedLogFieldsConfig version-id-marker versionId versioning versions vod website worm wormExtend
  wormId x-oss-ac-source-ip x-oss-async-process x-oss-process x-oss-request-payer x-oss-traffic-limit
  x-oss-write-get-object-response __proto__ ACL copy t`.split(/\s+/);

/**
 * What may change, by method, level and sub-resources: the addressed object or bucket, the objects that the body names,
 * or the uploads in progress of the bucket. Everything else changes nothing.
 */
const changes: Readonly<Record<string, readonly ('addressed' | 'named' | 'uploads')[]>> = {
  'PUT bucket': ['addressed'],
  'PUT bucket acl': ['addressed'],
  'PUT bucket cors': ['addressed'],
  'PUT bucket style styleName': ['addressed'],
  'PUT bucket tagging': ['addressed'],
  'PUT bucket versioning': ['addressed'],
  'DELETE bucket': ['addressed'],
  'DELETE bucket cors': ['addressed'],
  'DELETE bucket style styleName': ['addressed'],
  'DELETE bucket tagging': ['addressed'],
  'POST bucket delete': ['named'],
  'POST bucket delete encoding-type': ['named'],
  'PUT object': ['addressed'],
  'PUT object acl': ['addressed'],
  'PUT object acl versionId': ['addressed'],
  'PUT object symlink': ['addressed'],
  'PUT object tagging': ['addressed'],
  'PUT object tagging versionId': ['addressed'],
  'DELETE object': ['addressed'],
  'DELETE object versionId': ['addressed'],
  'DELETE object tagging': ['addressed'],
  'DELETE object tagging versionId': ['addressed'],
  'POST object append position': ['addressed'],
  'POST object uploads': ['uploads'],
  'POST object encoding-type uploads': ['uploads'],
  'PUT object partNumber uploadId': ['uploads'],
  'POST object uploadId': ['addressed', 'uploads'],
  'POST object encoding-type uploadId': ['addressed', 'uploads'],
  'DELETE object uploadId': ['uploads'],
  'POST object x-oss-process': ['named'],
  'POST object versionId x-oss-process': ['named'],
};

/** The keys that a body can name. */
const keys = ['a', 'k'];
const buckets = ['empty', 'photos', 'versions'];
/** Stands for the id of an upload of photos/k that is in progress. */
const uploadOfTest = 'UPLOAD';
const plain: Asked = { method: 'GET', path: '/', query: [], headers: {}, body: '' };

export const requests: Target = {
  name: 'requests',
  checks: {
    'a request changes nothing but what it names, and never ends in a 500': () =>
      fc.asyncProperty(asked(), async (request) => {
        const { status, changed } = await outcomeOf(request);
        if (status === 500) throw new Error('500');
        const stray = changed.filter((what) => !mayChange(request).includes(what));
        if (stray.length > 0) throw new Error(`${status}, and this has changed: ${stray.join(', ')}`);
      }),
  },
};

/** Requests of which a good part is right, or right but for one thing more in the query. */
export function asked(): fc.Arbitrary<Asked> {
  const value = fc.constantFrom('', '', '', '0', '1', '2', 'url', 'k', 's', 'image/info', '%', uploadOfTest, 'v1');
  const known = fc.tuple(fc.constantFrom(...names), value);
  const unknown = fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), value);
  const objects = ['/photos/k', '/photos/new', '/photos/a', '/photos/link', '/versions/k', '/versions/gone'];
  const buckets = ['/photos', '/photos/', '/empty', '/versions', '/new-bucket'];
  const wild = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'COPY'),
    path: fc.constantFrom(...objects, ...buckets, '/'),
    query: fc.array(fc.oneof(known, unknown), { maxLength: 3 }),
  });
  const right = fc.constantFrom(...Object.keys(changes)).chain((row) => {
    const [method = '', level, ...subresources] = row.split(' ');
    const query = subresources.map((name): [string, string] => [name, rightValues[name] ?? '']);
    return fc.record({
      method: fc.constant(method),
      path: fc.constantFrom(...(level === 'bucket' ? buckets : objects)),
      query: fc.oneof(fc.constant([]), fc.array(known, { maxLength: 1 })).map((more) => [...query, ...more]),
    });
  });
  const rest = fc.record({
    headers: fc.constantFrom<Record<string, string>>(
      {},
      { 'x-oss-acl': 'public-read', 'x-oss-symlink-target': 'k' },
      { 'x-oss-copy-source': '/photos/k' },
      { 'x-oss-forbid-overwrite': 'true' },
      { 'x-oss-object-acl': 'private' },
      { range: 'bytes=1-2' },
      { range: 'bytes=-0', 'x-oss-range-behavior': 'standard' },
    ),
    body: fc.constantFrom(
      '',
      'text',
      'x-oss-process=image/resize,w_1|sys/saveas,o_YQ',
      '<Delete><Object><Key>k</Key></Object></Delete>',
      '<Style><Content>image/resize,w_2</Content></Style>',
      '<CompleteMultipartUpload/>',
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
      '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    ),
  });
  return fc.tuple(fc.oneof(wild, right), rest).map(([what, more]) => ({
    ...what,
    ...more,
    // One value for a name, which is then what the signature covers.
    query: [...new Map(what.query)],
  }));
}

const rightValues: Readonly<Record<string, string>> = {
  styleName: 's',
  position: '0',
  versionId: 'null',
  partNumber: '1',
  uploadId: uploadOfTest,
  'encoding-type': 'url',
};

/** What a request may change, as `stateOf` names it. */
function mayChange({ method, path, query }: Asked): string[] {
  const [, bucket = '', key = ''] = path.split('/');
  if (bucket === '') return [];
  const level = key === '' ? 'bucket' : 'object';
  const given = [...new Set(query.map(([name]) => name))].filter((name) => name !== 'x-oss-request-payer').sort();
  const addressed = key === '' ? [bucket] : [`${bucket}/${key}`];
  const named = keys.map((one) => `${bucket}/${one}`);
  const may = { addressed, named, uploads: [uploadsOf(bucket)] };
  return (changes[[method, level, ...given].join(' ')] ?? []).flatMap((what) => may[what]);
}

/** Sends one request to a server of its own: what it answers, and what is different then. */
export async function outcomeOf(asked: Asked): Promise<{ status: number; changed: string[] }> {
  const storage = memoryStorage();
  let events = 0;
  const oss = createLocalOss({ processImage, storage, onEvent: () => void events++ });
  oss.keys.set(accessKey.accessKeyId, { secret: accessKey.accessKeySecret });
  for (const bucket of buckets) oss.createBucket(bucket);
  const [photos] = storage.buckets().filter(({ name }) => name === 'photos');
  if (photos)
    storage.saveBucket({ ...photos, styles: [{ name: 's', content: 'image/resize,w_1', created: 0, modified: 0 }] });
  const [versions] = storage.buckets().filter(({ name }) => name === 'versions');
  if (versions) storage.saveBucket({ ...versions, versioning: 'Enabled' });
  for (const versionId of [nullVersion, 'v1']) await seed(storage, { key: 'k', type: 'Normal', versionId }, 'versions');
  await seed(storage, { key: 'gone', type: 'Normal' }, 'versions');
  storage.mark('versions', { key: 'gone', versionId: 'v1', lastModified: 0, deleteMarker: true });
  await seed(storage, { key: 'k', type: 'Normal' });
  await seed(storage, { key: 'a', type: 'Appendable' });
  await seed(storage, { key: 'link', type: 'Symlink', symlinkTarget: 'k' });
  // Only where it may matter, since it takes requests of its own.
  const upload = asked.query.some(([name]) => /^(?:upload|part)/.test(name)) ? await startUpload(oss) : undefined;
  const before = await stateOf(oss, storage, upload);
  events = 0;
  const query = asked.query.map(([name, value]) => [name, value === uploadOfTest && upload ? upload : value] as const);
  const { status } = await send(oss, { ...asked, query });
  const changedBy = events;
  const after = await stateOf(oss, storage, upload);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (what) => before.get(what) !== after.get(what),
  );
  return { status, changed: changedBy > 0 && changed.length === 0 ? ['an event'] : changed };
}

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');

/** Starts an upload of photos/k; its id. */
async function startUpload(oss: LocalOss): Promise<string> {
  const { text } = await send(oss, { ...plain, method: 'POST', path: '/photos/k', query: [['uploads', '']] });
  return /<UploadId>(\w+)</.exec(text)?.[1] ?? '';
}

async function seed(
  storage: Storage,
  what: Pick<StoredObject, 'key' | 'type' | 'symlinkTarget'> & { versionId?: string },
  bucket = 'photos',
): Promise<void> {
  const body = what.type === 'Normal' ? svg : Buffer.alloc(0);
  const staged = await storage.stage(bucket, body);
  staged.commit({ size: body.length, etag: '00', lastModified: 0, headers: {}, versionId: nullVersion, ...what });
}

/** Every bucket and every object, as text; with an upload also the uploads in progress of each bucket and its parts. */
async function stateOf(oss: LocalOss, storage: Storage, upload?: string): Promise<ReadonlyMap<string, string>> {
  const state = new Map<string, string>();
  for (const bucket of storage.buckets()) {
    state.set(bucket.name, JSON.stringify(bucket));
    for (const key of storage.keysOfVersions(bucket.name)) {
      state.set(`${bucket.name}/${key}`, JSON.stringify(storage.versions(bucket.name, key)));
    }
  }
  if (upload === undefined) return state;
  const parts = await send(oss, { ...plain, path: '/photos/k', query: [['uploadId', upload]] });
  for (const bucket of buckets) {
    const { text } = await send(oss, { ...plain, path: `/${bucket}`, query: [['uploads', '']] });
    const all = bucket === 'photos' ? text + parts.text : text;
    state.set(uploadsOf(bucket), (all.match(/<(Upload|Part)>.*?<\/\1>/gs) ?? []).join(''));
  }
  return state;
}

/** How the uploads in progress of a bucket are named among what may change. */
function uploadsOf(bucket: string): string {
  return `${bucket}?uploads`;
}

interface Sent {
  status: number;
  text: string;
}

const agent = new Agent({ keepAlive: true });
let port: Promise<number> | undefined;
let current: LocalOss;

/** One socket for all requests; it does not keep the process alive. */
function listen(): Promise<number> {
  port ??= new Promise((resolve) => {
    // The socket stays open however long other checks keep this process busy.
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => current.handle(request, response));
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    server.on('connection', (socket) => socket.unref());
    server.unref();
  });
  return port;
}

async function send(oss: LocalOss, { method, path, query, headers, body }: Asked): Promise<Sent> {
  const port = await listen();
  current = oss;
  const [, bucket = '', key = ''] = path.split('/');
  const text = query.map(
    ([name, value]) => `${encodeURIComponent(name)}${value === '' ? '' : `=${encodeURIComponent(value)}`}`,
  );
  const queries = Object.fromEntries(query.map(([name, value]) => [name, value || null]));
  const signed = signedHeaders({ method, path, bucket, key, queries, headers });
  if (method !== 'GET' && method !== 'HEAD') signed['content-length'] = String(Buffer.byteLength(body));
  const options = { host: '127.0.0.1', port, method, path: `${path}?${text.join('&')}`, agent };
  const withBody = method === 'GET' || method === 'HEAD' ? undefined : body;
  return await exchange({ ...options, headers: signed }, withBody);
}

/** Sends a request once more when the idle connection that it took has ended meanwhile. */
function exchange(options: RequestOptions, body: string | undefined): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(exchange(options, body));
      else reject(error);
    });
    outgoing.end(body);
  });
}
