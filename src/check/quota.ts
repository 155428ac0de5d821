// How many image calls, and of how much source data, OSS takes from an account in a region. Both can be raised in Quota
// Center. https://help.aliyun.com/zh/oss/user-guide/limits-1

export interface ImageQuota {
  /** Calls a second. */
  readonly qps: number;
  /** Of source objects, a second. */
  readonly bytes: number;
}

const large = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing', 'cn-zhangjiakou', 'cn-shenzhen'];

/** The default quota of a region. */
export function imageQuota(region: string): ImageQuota {
  return large.includes(region) ? { qps: 50, bytes: 20_000_000 } : { qps: 5, bytes: 2_000_000 };
}
