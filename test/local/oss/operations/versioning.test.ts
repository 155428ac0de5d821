// A bucket with versioning, as ali-oss sees it: the ids of what is stored and deleted, and what a version id asks for.
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss, type Wire } from '../fixture.js';
import { signedForm } from '../form/signed-form.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});

const set = (status: 'Enabled' | 'Suspended') => oss.client().putBucketVersioning('photos', status);
const put = async (text: string, key = 'k') => idOf(await oss.client().put(key, Buffer.from(text)));
const remove = async (options?: { versionId: string }) => (await oss.client().delete('k', options)).res.headers;
const text = async (versionId: string) => (await oss.client().get('k', { versionId })).content.toString();
const idOf = ({ res }: { res: { headers: Record<string, string> } }) => res.headers['x-oss-version-id'] ?? '';
/** A request on an object, with `?versionId=ID` and perhaps another sub-resource. */
const onVersion = (wire: Omit<Wire, 'path'>, versionId?: string, other?: string) => {
  const key = wire.key ?? 'k';
  const query = [
    ...(other === undefined ? [] : [other]),
    ...(versionId === undefined ? [] : [`versionId=${versionId}`]),
  ];
  const queries = {
    ...(other !== undefined && { [other]: null }),
    ...(versionId !== undefined && { versionId: versionId || null }),
  };
  return oss.wire({ ...wire, key, path: `/photos/${key}${query.length > 0 ? `?${query.join('&')}` : ''}`, queries });
};

test('the state of a bucket: none, Enabled, Suspended', async () => {
  const state = async () => (await oss.client().getBucketVersioning('photos')).versionStatus;
  expect(await state()).toBeUndefined();
  const never = await oss.wire({ path: '/photos?versioning', queries: { versioning: null } });
  expect(never.text).toContain('<VersioningConfiguration></VersioningConfiguration>');
  for (const status of ['Enabled', 'Suspended'] as const) {
    await set(status);
    expect(await state()).toBe(status);
    const { bucket } = await oss.client().getBucketInfo('photos');
    expect(bucket).toMatchObject({ Versioning: status });
  }
});

test.each([
  '<VersioningConfiguration/>',
  '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>',
  '<a/>',
])('no state: %s', async (body) => {
  const wire = { method: 'PUT', path: '/photos?versioning', queries: { versioning: null }, body };
  expect(codeOf(await oss.wire(wire))).toBe('MalformedXML');
});

test('a bucket that never had versioning names no versions', async () => {
  expect(await put('one')).toBe('');
  expect((await oss.client().head('k')).res.headers).not.toHaveProperty('x-oss-version-id');
  expect(await text('null')).toBe('one');
  expect(await remove({ versionId: 'null' })).not.toHaveProperty('x-oss-version-id');
  expect((await oss.client().list({})).objects ?? []).toEqual([]);
});

describe('an enabled bucket', () => {
  test('keeps what was there, and what it had before', async () => {
    await put('zero');
    await set('Enabled');
    const one = await put('one');
    const two = await put('two');
    expect(new Set([one, two, 'null', '']).size).toBe(4);
    expect([await text('null'), await text(one), await text(two)]).toEqual(['zero', 'one', 'two']);
    expect(idOf(await oss.client().head('k'))).toBe(two);
    expect(idOf(await oss.client().head('k', { versionId: 'null' }))).toBe('null');
    const meta = await onVersion({ method: 'HEAD' }, one, 'objectMeta');
    expect(meta.headers).toMatchObject({ 'x-oss-version-id': one, 'content-length': '3' });
    expect((await oss.client().list({})).objects.map(({ name, size }) => [name, size])).toEqual([['k', 3]]);
  });

  test('names the version in the answer to every write', async () => {
    await set('Enabled');
    const c = oss.client();
    const one = await put('one');
    const ids = [one];
    const copy = await c.copy('copy', 'k');
    expect(copy.res.headers['x-oss-copy-source-version-id']).toBe(one);
    ids.push(idOf(copy), idOf(await c.append('appended', Buffer.from('a'))));
    ids.push(idOf(await c.putSymlink('link', 'k')));
    const upload = await c.multipartUpload('parts', Buffer.alloc(250 * 1024), { partSize: 100 * 1024 });
    ids.push(idOf(upload));
    await c.put('p', await pixel());
    const process = 'image/resize,w_1/format,png';
    ids.push(idOf(await c.processObjectSave('p', 'saved', process)));
    const form = await oss.wire(signedForm('form'));
    ids.push(String(form.headers['x-oss-version-id']));
    for (const id of ids) expect(id).toMatch(/^CAEQ/);
    expect(new Set(ids).size).toBe(7);
  });

  test('a deletion adds a delete marker, each time', async () => {
    await set('Enabled');
    const one = await put('one');
    const marker = await remove();
    expect(marker).toMatchObject({ 'x-oss-delete-marker': 'true', 'x-oss-version-id': expect.stringMatching(/^CAEQ/) });
    const second = await remove();
    expect(second['x-oss-version-id']).not.toBe(marker['x-oss-version-id']);
    for (const method of ['GET', 'HEAD']) {
      const gone = await onVersion({ method });
      expect([gone.status, codeOf(gone)]).toEqual([404, 'NoSuchKey']);
      expect(gone.headers['x-oss-delete-marker']).toBe('true');
      const direct = await onVersion({ method }, marker['x-oss-version-id']);
      expect([direct.status, codeOf(direct)]).toEqual([405, 'MethodNotAllowed']);
      expect(direct.headers['x-oss-delete-marker']).toBe('true');
    }
    expect((await oss.client().list({})).objects ?? []).toEqual([]);
    expect(await text(one)).toBe('one');
    expect(await remove({ versionId: second['x-oss-version-id'] ?? '' })).toMatchObject({
      'x-oss-delete-marker': 'true',
      'x-oss-version-id': second['x-oss-version-id'],
    });
    await remove({ versionId: marker['x-oss-version-id'] ?? '' });
    expect(idOf(await oss.client().head('k'))).toBe(one);
  });

  test('deletes one version for good', async () => {
    await set('Enabled');
    const [one, two] = [await put('one'), await put('two')];
    expect(await remove({ versionId: two })).toMatchObject({ 'x-oss-version-id': two });
    expect(idOf(await oss.client().head('k'))).toBe(one);
    const gone = await onVersion({}, two);
    expect([gone.status, codeOf(gone)]).toEqual([404, 'NoSuchVersion']);
    expect((await onVersion({ method: 'DELETE' }, two)).status).toBe(204);
    expect(codeOf(await onVersion({}, ''))).toBe('InvalidArgument');
  });

  test('copies an old version, but no delete marker', async () => {
    await set('Enabled');
    const one = await put('one');
    await put('two');
    const c = oss.client();
    const copy = await c.copy('copy', 'k', 'photos', { versionId: one });
    expect(copy.res.headers['x-oss-copy-source-version-id']).toBe(one);
    expect((await c.get('copy')).content.toString()).toBe('one');
    const marker = (await remove())['x-oss-version-id'] ?? '';
    await expect(c.copy('copy', 'k')).rejects.toMatchObject({ code: 'NoSuchKey' });
    await expect(c.copy('copy', 'k', 'photos', { versionId: marker })).rejects.toMatchObject({
      code: 'InvalidArgument',
      ecCode: '0016-00000307',
    });
    await expect(c.copy('copy', 'k', 'photos', { versionId: 'none' })).rejects.toMatchObject({ code: 'NoSuchVersion' });
  });

  test('overwrites whatever x-oss-forbid-overwrite says', async () => {
    await set('Enabled');
    await put('one');
    const headers = { 'x-oss-forbid-overwrite': 'true' };
    await oss.client().put('k', Buffer.from('two'), { headers });
    expect((await oss.client().get('k')).content.toString()).toBe('two');
  });

  test('an object that is appended to stays one version, and ends with a deletion', async () => {
    await set('Enabled');
    const c = oss.client();
    const one = idOf(await c.append('k', Buffer.from('one')));
    expect(idOf(await c.append('k', Buffer.from('two'), { position: 3 }))).toBe(one);
    expect(await text(one)).toBe('onetwo');
    await remove();
    expect(idOf(await c.append('k', Buffer.from('three')))).not.toBe(one);
    expect((await c.getBucketVersions()).objects.map(({ size }) => size)).toEqual([5, 6]);
  });

  test('a link has versions of its own, and leads to the newest version of its target', async () => {
    await set('Enabled');
    const c = oss.client();
    await put('old', 'target');
    const first = idOf(await c.putSymlink('k', 'other'));
    const link = idOf(await c.putSymlink('k', 'target'));
    expect((await c.getSymlink('k', { versionId: first })).targetName).toBe('other');
    expect((await c.getSymlink('k')).targetName).toBe('target');
    await put('new', 'target');
    expect((await c.get('k')).content.toString()).toBe('new');
    expect(idOf(await c.head('k'))).toBe(link);
  });

  test('is not deleted while a version or a delete marker is left', async () => {
    const c = oss.client('photos-out');
    await c.putBucketVersioning('photos-out', 'Enabled');
    await c.put('k', Buffer.from('x'));
    const marker = (await c.delete('k')).res.headers['x-oss-version-id'] ?? '';
    for (const { versionId } of (await c.getBucketVersions()).objects) await c.delete('k', { versionId });
    await expect(c.deleteBucket('photos-out')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
    await c.delete('k', { versionId: marker });
    await c.deleteBucket('photos-out');
  });

  test('processes the newest version only, whatever the query names', async () => {
    await set('Enabled');
    const one = idOf(await oss.client().put('k', await pixel()));
    await remove();
    const get = await oss.wire({
      path: `/photos/k?versionId=${one}&x-oss-process=image/info`,
      key: 'k',
      queries: { versionId: one, 'x-oss-process': 'image/info' },
    });
    const body = 'x-oss-process=image/flip,1|sys/saveas,o_YQ';
    const post = await onVersion({ method: 'POST', body }, one, 'x-oss-process');
    expect([codeOf(get), codeOf(post)]).toEqual(['NoSuchKey', 'NoSuchKey']);
  });
});

test('a suspended bucket keeps its versions and replaces the one with the id null', async () => {
  await set('Enabled');
  const one = await put('one');
  await set('Suspended');
  expect(await put('two')).toBe('null');
  expect(await put('three')).toBe('null');
  expect([await text('null'), await text(one)]).toEqual(['three', 'one']);
  expect(await remove()).toMatchObject({ 'x-oss-delete-marker': 'true', 'x-oss-version-id': 'null' });
  const { objects, deleteMarker } = await oss.client().getBucketVersions();
  expect(objects.map(({ versionId, isLatest }) => [versionId, isLatest])).toEqual([[one, false]]);
  expect(deleteMarker.map(({ versionId }) => versionId)).toEqual(['null']);
  await remove({ versionId: 'null' });
  expect(idOf(await oss.client().head('k'))).toBe(one);
});

test('DeleteObjects: versions, delete markers, and neither', async () => {
  await set('Enabled');
  const c = oss.client();
  const [one, other] = [await put('one'), await put('other', 'other')];
  const { deleted } = await c.deleteMulti([{ key: 'k', versionId: one }, 'other']);
  expect(deleted).toMatchObject([
    { Key: 'k', VersionId: one },
    { Key: 'other', DeleteMarker: 'true', DeleteMarkerVersionId: expect.stringMatching(/^CAEQ/) },
  ]);
  const marker = deleted[1]?.DeleteMarkerVersionId ?? '';
  expect((await c.deleteMulti([{ key: 'other', versionId: marker }])).deleted).toMatchObject([
    { Key: 'other', VersionId: marker, DeleteMarker: 'true', DeleteMarkerVersionId: marker },
  ]);
  expect(idOf(await c.head('other'))).toBe(other);
});

test('each deletion that removes something raises its event', async () => {
  await set('Enabled');
  const one = await put('one');
  await remove();
  await remove();
  await remove({ versionId: one });
  await remove({ versionId: one });
  const marked = (await oss.client().getBucketVersions()).deleteMarker[0]?.versionId ?? '';
  await oss.client().deleteMulti([{ key: 'k', versionId: marked }]);
  expect(oss.events.map(({ eventName, oss: { object } }) => [eventName, object.deltaSize])).toEqual([
    ['ObjectCreated:PutObject', 3],
    ['ObjectRemoved:DeleteObject', -3],
    ['ObjectRemoved:DeleteObject', -3],
    ['ObjectRemoved:DeleteObjects', 0],
  ]);
});

test('a key may need other rights for versions', async () => {
  const actions: string[] = [];
  const may = (action: string) => {
    actions.push(action);
    return true;
  };
  oss.oss.keys.set('watched', { secret: 's', may });
  const as = { accessKeyId: 'watched', accessKeySecret: 's' };
  await put('one');
  for (const versionId of ['null', undefined]) {
    await onVersion({ as }, versionId);
    await onVersion({ as }, versionId, 'acl');
    await onVersion({ as }, versionId, 'tagging');
    await onVersion({ as, method: 'DELETE' }, versionId);
  }
  expect(actions).toEqual([
    'oss:GetObjectVersion',
    'oss:GetObjectVersionAcl',
    'oss:GetObjectVersionTagging',
    'oss:DeleteObjectVersion',
    'oss:GetObject',
    'oss:GetObjectAcl',
    'oss:GetObjectTagging',
    'oss:DeleteObject',
  ]);
});

/** A black pixel, as a PNG file. */
async function pixel(): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp({ create: { width: 1, height: 1, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
}
