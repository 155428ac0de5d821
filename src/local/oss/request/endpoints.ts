// The names that live has for a region and its objects. Answers tell them, though nothing here listens to them.

import { encodeKey } from './percent.js';

/** The endpoints of a region, as the answers about buckets name them. */
export function endpoints(region: string) {
  return {
    ExtranetEndpoint: `oss-${region}.aliyuncs.com`,
    IntranetEndpoint: `oss-${region}-internal.aliyuncs.com`,
  };
}

/** The URL of an object, the Location of the answers to forms and to completed uploads. */
export function objectUrl(region: string, bucketName: string, key: string): string {
  return `http://${bucketName}.${endpoints(region).ExtranetEndpoint}/${encodeKey(key)}`;
}
