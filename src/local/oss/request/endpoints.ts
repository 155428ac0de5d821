// The names that live has for a region and its objects: answers tell them, and a Host may have them.

import { encodeKey } from './percent.js';

/** The endpoints of a region, as the answers about buckets name them. */
export function endpoints(region: string) {
  return {
    ExtranetEndpoint: `oss-${region}.aliyuncs.com`,
    IntranetEndpoint: `oss-${region}-internal.aliyuncs.com`,
  };
}

/** Whether a Host names the service or a bucket of it, so that all paths are keys. */
export function isOssHost(host = ''): boolean {
  return /(?:^|[.-])oss-[a-z0-9-]+\.aliyuncs\.com(?::\d+)?$|\.localhost(?::\d+)?$/i.test(host);
}

/** The URL of an object, the Location of the answers to forms and to completed uploads. */
export function objectUrl(region: string, bucketName: string, key: string): string {
  return `http://${bucketName}.${endpoints(region).ExtranetEndpoint}/${encodeKey(key)}`;
}
