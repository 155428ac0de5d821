// What OSS allows in names, keys and styles: each fact stands here once, with its source; its events are in
// oss-events.ts. The caller that checks a value words its own problem text. The embedded OSS (local/oss) states the
// facts again, independently.

/** https://help.aliyun.com/en/oss/user-guide/bucket-naming-conventions */
export const bucketName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** In UTF-8: https://alibabacloud.com/help/en/oss/user-guide/object-naming-conventions */
export const maxKeyBytes = 1023;

/** Whether a key, or a part of one, has more bytes than OSS allows. */
export function isTooLongForKey(text: string): boolean {
  // A character has three bytes at most.
  return 3 * text.length > maxKeyBytes && utf8Length(text) > maxKeyBytes;
}

/** In bytes. Not by Buffer, which browsers do not have: derivatives/ runs there. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** OSS refuses such a key: https://alibabacloud.com/help/en/oss/user-guide/object-naming-conventions */
export function startsWithSlash(key: string): boolean {
  return /^[/\\]/.test(key);
}

/** HTTP clients and proxies resolve the segments `.` and `..`, so that a request for `a/../b` may reach `b`. */
export function hasDotSegment(key: string): boolean {
  return /(?:^|\/)\.\.?(?:\/|$)/.test(key);
}

/** Whether an object can have this key, and be asked for by it. */
export function isKey(key: string): boolean {
  return key !== '' && !isTooLongForKey(key) && key.isWellFormed() && !startsWithSlash(key) && !hasDotSegment(key);
}

/**
 * OSS expands `{bucket}` and the like in a saveas key: https://www.alibabacloud.com/help/en/oss/user-guide/variables
 */
export function hasBrace(key: string): boolean {
  return /[{}]/.test(key);
}

/**
 * The longest style that a rule may have. This bound is ours: OSS publishes none (EC 0017-00000288 says only "too
 * long"). What reads styles for `check` and for the embedded OSS allows more: `maxStyleLength` in style/grammar.ts.
 */
export const maxRuleStyleLength = 4096;

/** A character that a style cannot hold: in the form-encoded body in which it travels, it would be ambiguous. */
export const strayInStyle = /[^\w.~,/=:*!+-]/u;
