// What OSS allows in headers and tags of an object: for those who read them in rules, and who fill them in.

/**
 * OSS takes metadata of less than 8 KB, names included (https://help.aliyun.com/en/oss/user-guide/0011-00000002). For
 * headers together it publishes no bound, and many servers have this one.
 */
export const maxHeaderBytes = 8192;

/** Of a tag's value, in characters: https://www.alibabacloud.com/help/en/oss/support/0010-00000216 */
export const maxTagValue = 256;

/** What a tag cannot hold. */
export const strayInTag = /[^\p{L}\p{N} +\-=._:/]/u;
