// The account of the embedded cloud: its key is public, and printed by `npm start`.

/** The account that owns everything here. */
export const localAccount = {
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
  accessKeyId: 'autostyle',
  accessKeySecret: 'autostyle-secret',
} as const;
