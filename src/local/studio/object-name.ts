// What a call of the studio's interface may name: a bucket, an object of it.
import { maxLength, minLength, object, pipe, regex, string } from 'valibot';
import { bucketName as bucketForm } from '../../rules/oss-limits.js';

export const bucketName = pipe(string(), regex(bucketForm, 'no bucket can have this name'));
export const objectKey = pipe(string(), minLength(1), maxLength(1_023));
export const objectName = object({ bucket: bucketName, key: objectKey });
