// ali-oss's STS client, which the tests call; the package brings no types for it.
declare module 'ali-oss/lib/sts.js' {
  export default class STS {
    constructor(options: { accessKeyId: string; accessKeySecret: string; endpoint: string });
    /** Rejects with an error that has `status`, `code` and `requestId`. */
    assumeRole(
      role: string,
      policy?: object | string,
      seconds?: number,
      session?: string,
    ): Promise<{
      res: { status: number };
      credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string; Expiration: string };
    }>;
  }
}
