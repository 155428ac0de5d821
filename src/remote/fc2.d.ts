// What is used of @alicloud/fc2 2.6.6, which ships no types.
declare module '@alicloud/fc2' {
  export default class Client {
    constructor(
      accountId: string,
      config: {
        accessKeyID: string;
        accessKeySecret: string;
        region: string;
        securityToken?: string | undefined;
        secure?: boolean;
        endpoint?: string | undefined;
      },
    );
    /** In the path of every request; 2016-08-15 unless changed. */
    version: string;
    readonly endpoint: string;
    readonly accessKeyID: string;
    readonly accessKeySecret: string;
    securityToken?: string | undefined;
    /** accept, date, host without its port, user-agent, x-fc-account-id, x-fc-security-token. */
    buildHeaders(): Record<string, string>;
    /** `FC <access key id>:<signature>`. */
    static getSignature(
      accessKeyId: string,
      accessKeySecret: string,
      method: string,
      path: string,
      headers: Record<string, string>,
    ): string;
  }
}
