// The access keys that the embedded OSS knows, as RAM and STS would have issued them.

/** One access key. With a `securityToken` it is a temporary one: requests must carry exactly that token, until `expiresAt` (ms). */
export interface AccessKey {
  secret: string;
  securityToken?: string;
  expiresAt?: number;
  /** Id of the user or role, as events name it; default: the account. */
  principalId?: string;
  /** Whether the key may do this RAM action (`oss:PutObject`) there; absent: everything. */
  may?: (action: string, bucket: string | undefined, key: string | undefined) => boolean;
}

/** The registry: what verify.ts looks keys up in, and what the composer grants and revokes. */
export interface Keys {
  grant(accessKeyId: string, key: AccessKey): void;
  revoke(accessKeyId: string): void;
  find(accessKeyId: string): AccessKey | undefined;
}

/** An empty registry. */
export function accessKeys(): Keys {
  const known = new Map<string, AccessKey>();
  return {
    grant: (accessKeyId, key) => void known.set(accessKeyId, key),
    revoke: (accessKeyId) => void known.delete(accessKeyId),
    find: (accessKeyId) => known.get(accessKeyId),
  };
}
