// What OSS allows in headers and tags of an object: for those who read them in rules, fill them in, and compare them.

/**
 * The headers that an output may ask for, in upper or lower case:
 * https://www.alibabacloud.com/help/doc-detail/31859.htm, https://help.aliyun.com/en/oss/user-guide/0011-00000002
 */
export const objectHeader = /^(?:cache-control|content-(?:disposition|language)|expires|x-oss-meta-[a-z0-9-]+)$/i;

/**
 * OSS takes metadata of less than 8 KB, names included (https://help.aliyun.com/en/oss/user-guide/0011-00000002). For
 * headers together it publishes no bound, and many servers have this one.
 */
export const maxHeaderBytes = 8192;

/** Of a tag's value, in characters: https://www.alibabacloud.com/help/en/oss/support/0010-00000216 */
export const maxTagValue = 256;

/** What a tag cannot hold. */
export const strayInTag = /[^\p{L}\p{N} +\-=._:/]/u;
