import { expect, it } from 'vitest';
import { headerFix, isLabel, labelFix } from '../../src/rules/label-advice.js';

it.each([
  ['cacheControl', "headers: { 'Cache-Control': … }, in an output"],
  ['Content-Disposition', "headers: { 'Content-Disposition': … }, in an output"],
  ['contentLanguage', "headers: { 'Content-Language': … }, in an output"],
  ['expires', "headers: { 'Expires': … }, in an output"],
  ['header', 'headers: { … }, in an output'],
  ['tag', 'tags: { … }, in an output'],
  ['meta', "headers: { 'x-oss-meta-…': … }, in an output"],
  ['contentEncoding', 'leave it out: OSS says what type the result has'],
  ['acl', 'leave it out: a derivative has the ACL and the storage class of its bucket'],
])('in place of a key %s: %s', (name, fix) => {
  expect(isLabel(name)).toBe(true);
  expect(labelFix(name)).toBe(fix);
});

it.each(['quality', 'style', 'tagged', 'metal', 'x-cache-control'])('%s is no label', (name) => {
  expect(isLabel(name)).toBe(false);
});

const ofBucket = 'leave it out: a derivative has the ACL and the storage class of its bucket';
const possible = 'possible here: Cache-Control, Content-Disposition, Content-Language, Expires, x-oss-meta-…';
it.each([
  ['CacheControl', 'Cache-Control'],
  ['cache_control', 'Cache-Control'],
  ['Content-Dispositon', 'Content-Disposition'],
  ['Expire', 'Expires'],
  ['Content-Type', `leave it out: OSS says what type the result has; ${possible}`],
  ['x-oss-object-acl', `${ofBucket}; ${possible}`],
  ['x-oss-storage-class', `${ofBucket}; ${possible}`],
  ['x-oss-tagging', 'tags: { … }, beside "headers"'],
  ['Access-Control-Allow-Origin', `leave it out: the CORS rules of the bucket say that; ${possible}`],
  ['X-Meta-Author', 'x-oss-meta-author'],
  ['x-oss-meta-file_type', 'x-oss-meta-file-type'],
  ['X-Frame-Options', `leave it out; ${possible}`],
  ['x'.repeat(10_000), `leave it out; ${possible}`],
])('in place of a header %s: %s', (name, fix) => {
  expect(headerFix(name)).toBe(fix);
});
