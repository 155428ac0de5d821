// The part of ali-oss's own signer that the tests call as a witness; the package brings no types for it.
declare module 'ali-oss/lib/common/signUtils.js' {
  const signUtils: {
    authorizationV4(
      accessKeyId: string,
      accessKeySecret: string,
      region: string,
      method: string,
      request: { headers: Record<string, string>; queries: Record<string, string | null> },
      bucket?: string,
      key?: string,
      additionalHeaders?: string[],
    ): string;
  };
  export default signUtils;
}
