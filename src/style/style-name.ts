// Names of stored styles. A file of its own: the function needs it, and nothing else of the grammar.

/** Whether OSS can know a stored style of this name (https://help.aliyun.com/zh/oss/user-guide/0017-00000251). */
export function isStyleName(name: string): boolean {
  return /^[\w.-]{1,63}$/.test(name);
}
