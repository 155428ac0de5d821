// What the tests use of ali-oss 6 beside the part that src/local/ali-oss.d.ts declares.
declare module 'ali-oss' {
  import type { Readable, Writable } from 'node:stream';

  type Headers = Record<string, string>;
  type Meta = Record<string, string>;
  interface Listed {
    name: string;
    size: number;
    etag: string;
    lastModified: string;
    type: string;
  }

  /** A request that OSS refused; `name` is `${code}Error`. */
  export type OssClientError = Error & { status: number; code?: string; requestId?: string; ecCode?: string };

  /** A CORS rule; several values of a kind are a list. */
  interface CorsRule {
    allowedOrigin: string | string[];
    allowedMethod: string | string[];
    allowedHeader?: string | string[];
    exposeHeader?: string | string[];
    maxAgeSeconds?: string;
  }

  interface Client {
    useBucket(name: string): this;
    putBucket(name: string, options?: { acl?: string }): Promise<Answer & { bucket: string }>;
    deleteBucket(name: string): Promise<Answer>;
    listBuckets(query?: Record<string, string | number>): Promise<{
      buckets: { name: string; region: string; creationDate: string }[] | null;
      isTruncated: boolean;
      nextMarker: string | null;
    }>;
    getBucketInfo(
      name: string,
    ): Promise<{ bucket: { Name: string; Location: string; AccessControlList: { Grant: string } } }>;
    getBucketLocation(name: string): Promise<{ location: unknown }>;
    putBucketVersioning(name: string, status: 'Enabled' | 'Suspended'): Promise<Answer>;
    getBucketVersioning(name: string): Promise<{ versionStatus: string | undefined }>;
    getBucketVersions(query?: Record<string, string | number>): Promise<{
      objects: (Listed & { versionId: string; isLatest: boolean; storageClass: string })[];
      deleteMarker: { name: string; versionId: string }[];
      prefixes: string[] | null;
      isTruncated: boolean;
      nextKeyMarker: string | null;
      nextVersionIdMarker: string | null;
    }>;
    putACL(name: string, acl: string, options?: { versionId?: string }): Promise<Answer>;
    getACL(name: string, options?: { versionId?: string }): Promise<Answer & { acl: string }>;
    putObjectTagging(name: string, tag: Record<string, string>, options?: { versionId?: string }): Promise<Answer>;
    deleteObjectTagging(name: string, options?: { versionId?: string }): Promise<Answer>;
    putBucketACL(name: string, acl: string): Promise<Answer>;
    getBucketACL(name: string): Promise<{ acl: string }>;

    putBucketCORS(name: string, rules: readonly CorsRule[]): Promise<Answer>;
    getBucketCORS(name: string): Promise<Answer & { rules: CorsRule[] }>;
    deleteBucketCORS(name: string): Promise<Answer>;

    putStream(
      name: string,
      stream: Readable,
      options?: { headers?: Headers; meta?: Meta; mime?: string; contentLength?: number },
    ): Promise<Answer & { name: string }>;
    append(
      name: string,
      file: Buffer,
      options?: { position?: string | number; mime?: string },
    ): Promise<Answer & { nextAppendPosition: string }>;
    get(
      name: string,
      options: { versionId?: string; process?: string; headers?: Headers },
    ): Promise<Answer & { content: Buffer }>;
    get(name: string, file: string | Writable, options?: { headers?: Headers; process?: string }): Promise<Answer>;
    copy(
      name: string,
      sourceName: string,
      bucketName?: string,
      options?: { headers?: Headers; meta?: Meta; versionId?: string },
    ): Promise<Answer & { data: { etag: string; lastModified: string } | null }>;
    delete(name: string, options?: { versionId?: string }): Promise<Answer>;
    deleteMulti(
      names: (string | { key: string; versionId: string })[],
      options?: { quiet?: boolean },
    ): Promise<Answer & { deleted: { Key: string; VersionId?: string; DeleteMarkerVersionId?: string }[] }>;
    putSymlink(name: string, targetName: string, options?: { meta?: Meta }): Promise<Answer>;
    getSymlink(name: string, options?: { versionId?: string }): Promise<Answer & { targetName: string }>;

    list(
      query: Record<string, string | number>,
      options?: object,
    ): Promise<{ objects: Listed[]; prefixes: string[] | null; nextMarker: string | null; isTruncated: boolean }>;
    listV2(
      query: Record<string, string | number>,
      options?: object,
    ): Promise<{
      objects: Listed[];
      prefixes: string[] | null;
      isTruncated: boolean;
      keyCount: number;
      nextContinuationToken: string | null;
    }>;

    multipartUpload(
      name: string,
      file: Buffer | string,
      options?: { partSize?: number; parallel?: number; headers?: Headers; meta?: Meta; mime?: string },
    ): Promise<Answer & { name: string; etag: string }>;
    initMultipartUpload(name: string, options?: { mime?: string }): Promise<{ uploadId: string }>;
    uploadPart(
      name: string,
      uploadId: string,
      partNo: number,
      file: Buffer,
      start: number,
      end: number,
    ): Promise<{ etag: string }>;
    completeMultipartUpload(
      name: string,
      uploadId: string,
      parts: { number: number; etag: string }[],
    ): Promise<Answer & { etag: string }>;
    abortMultipartUpload(name: string, uploadId: string): Promise<Answer>;
    listUploads(query: Record<string, string | number>): Promise<{ uploads: { name: string; uploadId: string }[] }>;
    listParts(
      name: string,
      uploadId: string,
    ): Promise<{ parts: { PartNumber: string; Size: string }[] | { PartNumber: string } }>;

    /** Resolves with status 400 or 403 as well: look at `status`. */
    processObjectSave(
      sourceObject: string,
      targetObject: string,
      process: string,
      targetBucket?: string,
    ): Promise<Answer & { status: number }>;

    signatureUrlV4(
      method: string,
      expires: number,
      request?: { headers?: Headers; queries?: Record<string, string | null> },
      objectName?: string,
      additionalHeaders?: string[],
    ): Promise<string>;
    signPostObjectPolicyV4(policy: object | string, date: Date): string;
    /** Signature V1. */
    calculatePostSignature(policy: object | string): { OSSAccessKeyId: string; Signature: string; policy: string };
  }
}
