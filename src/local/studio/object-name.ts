// What a call of the studio's interface may name: a bucket, an object of it.
import { maxLength, minLength, object, pipe, string } from 'valibot';

export const bucketName = pipe(string(), minLength(3), maxLength(63));
export const objectKey = pipe(string(), minLength(1), maxLength(1_023));
export const objectName = object({ bucket: bucketName, key: objectKey });
