import { describe, expect, it } from 'vitest';
import { eventFate, eventFates } from '../../src/rules/oss-events.js';

describe('eventFate', () => {
  it('knows every name that OSS and EventBridge document', () => {
    const documented: Record<string, string[]> = {
      upload: [
        ...['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload', 'AppendObject'],
        ...['Mirror', 'MirrorFromOrigin'],
      ].map((api) => `ObjectCreated:${api}`),
      look: [
        ...['ObjectCreated:PutSymlink', 'ObjectRestore:FinishRestore'],
        ...['ObjectReplication:ObjectCreated', 'ObjectReplication:ObjectModified'],
      ],
      removal: ['ObjectRemoved:DeleteObject', 'ObjectRemoved:DeleteObjects', 'ObjectReplication:ObjectRemoved'],
      skip: [
        ...['InitiateMultipartUpload', 'UploadPart', 'UploadPartCopy'].map((api) => `ObjectCreated:${api}`),
        ...['ObjectRemoved:AbortMultipartUpload', 'ObjectDownloaded:GetObject'],
        ...['ObjectModified:UpdateObjectMeta', 'ObjectModified:ChangeStorageClass'],
        ...['BucketCreated:PutBucket', 'BucketRemoved:DeleteBucket'],
        ...['AliyunServiceEvent', 'ApiCall', 'ConsoleOperation'].map((api) => `ActionTrail:${api}`),
        ...['BucketEgressBandwidth', 'BucketImageCpuThresholdExceeded'].map((api) => `CloudMonitor:${api}`),
      ],
    };
    for (const [fate, names] of Object.entries(documented)) {
      expect(Object.fromEntries(names.map((name) => [name, eventFate(name)]))).toEqual(
        Object.fromEntries(names.map((name) => [name, fate])),
      );
    }
    const all = Object.values(documented).flat();
    expect([...eventFates.keys()].filter((name) => !name.endsWith(':*') && !all.includes(name))).toEqual([]);
  });

  it.each([
    ['ObjectCreated:SomethingNew', 'look'],
    ['ObjectRemoved:LifecycleExpiration', 'removal'],
    ['ObjectDownloaded:SelectObject', 'skip'],
    ['ObjectModified:PutObjectTagging', 'skip'],
    ['ObjectReplication:Something', undefined],
    ['ObjectCreated:', undefined],
    [`ObjectCreated:${'x'.repeat(61)}`, undefined],
    ['ObjectCreated:Put\nObject', undefined],
    ['__proto__', undefined],
    ['', undefined],
  ])('takes %j for %s', (name, fate) => {
    expect(eventFate(name)).toBe(fate);
  });
});
