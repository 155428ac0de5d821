// The names of styles that are stored in a bucket.

/** Whether OSS can know a style of this name (https://help.aliyun.com/zh/oss/user-guide/0017-00000251). */
export function isStyleName(name: string): boolean {
  return /^[\w.-]{1,63}$/.test(name);
}
