// The part of ali-oss 6 that the demo, the sample photos, the studio and the smoke use; the package brings no types.
// test/local/ali-oss.d.ts adds what only the tests use.
declare module 'ali-oss' {
  type Headers = Record<string, string>;

  export interface Answer {
    res: { status: number; headers: Headers };
  }

  export interface Client {
    put(
      name: string,
      /** Bytes, or the path of a file. */
      file: Buffer | string,
      options?: { headers?: Headers; meta?: Headers; mime?: string; timeout?: number },
    ): Promise<Answer>;
    get(
      name: string,
      options?: { headers?: Headers; process?: string; subres?: Headers },
    ): Promise<Answer & { content: Buffer }>;
    head(
      name: string,
      options?: { headers?: Headers; versionId?: string },
    ): Promise<Answer & { status: number; meta: Headers | null }>;
    listV2(query: Record<string, string>): Promise<{
      objects?: readonly { name: string; size: number; etag: string; lastModified: string }[] | null;
      prefixes?: readonly string[] | null;
      nextContinuationToken?: string | null;
    }>;
    listBuckets(query: Record<string, string>): Promise<{ buckets?: readonly { name: string }[] | null }>;
    getObjectTagging(name: string, options?: { versionId?: string }): Promise<Answer & { tag: Record<string, string> }>;
  }

  const OSS: new (options: {
    region: string;
    endpoint?: string;
    accessKeyId: string;
    accessKeySecret: string;
    stsToken?: string;
    refreshSTSToken?: () => Promise<{ accessKeyId: string; accessKeySecret: string; stsToken: string }>;
    authorizationV4?: boolean;
    bucket?: string;
  }) => Client;
  export default OSS;
}
