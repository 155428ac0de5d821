// PutStyle, GetStyle, ListStyle, DeleteStyle: named styles of a bucket.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putstyle

import { readXml } from '../body.js';
import { authorize, type Call, type Operation, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import { parameter } from '../resolve.js';
import type { Style } from '../storage/storage.js';
import { childText, toXml, type XmlNode } from '../xml.js';

const maxStyles = 50;

export const putStyle: Operation = async (call) => {
  authorize(call, 'oss:PutStyle', call.bucketName);
  requireBucket(call);
  const name = styleName(call);
  const content = childText(readXml(await call.body(64 * 1024), 'Style'), 'Content') ?? '';
  if (!content.startsWith('image/') || /[;()'*?|\s]/.test(content)) {
    throw refuse('InvalidArgument', {
      message: 'Style content is invalid.',
      extra: { ArgumentName: 'Content', ArgumentValue: content },
    });
  }
  const bucket = requireBucket(call);
  const former = bucket.styles.find((style) => style.name === name);
  if (!former && bucket.styles.length >= maxStyles) throw refuse('TooManyStyles');
  const now = call.service.now();
  const style: Style = { name, content, created: former?.created ?? now, modified: now };
  const others = bucket.styles.filter((known) => known !== former);
  const styles = [...others, style].sort((a, b) => (a.name < b.name ? -1 : 1));
  call.service.storage.saveBucket({ ...bucket, styles });
  return { status: 200 };
};

export const getStyle: Operation = async (call) => {
  authorize(call, 'oss:GetStyle', call.bucketName);
  return { status: 200, body: toXml(describe(requireStyle(call))) };
};

export const listStyle: Operation = async (call) => {
  authorize(call, 'oss:ListStyle', call.bucketName);
  return { status: 200, body: toXml(['StyleList', requireBucket(call).styles.map(describe)]) };
};

export const deleteStyle: Operation = async (call) => {
  authorize(call, 'oss:DeleteStyle', call.bucketName);
  const bucket = requireBucket(call);
  const name = styleName(call);
  call.service.storage.saveBucket({ ...bucket, styles: bucket.styles.filter((style) => style.name !== name) });
  return { status: 204 };
};

function requireStyle(call: Call): Style {
  const name = styleName(call);
  const style = requireBucket(call).styles.find((known) => known.name === name);
  if (!style) throw refuse('NoSuchStyle', { extra: { StyleName: name } });
  return style;
}

function styleName(call: Call): string {
  const name = parameter(call.query, 'styleName') ?? '';
  if (/^[A-Za-z0-9_.-]{1,63}$/.test(name)) return name;
  const extra = { ArgumentName: 'styleName', ArgumentValue: name };
  throw refuse('InvalidArgument', { message: 'A style name has 1 to 63 of A-Z a-z 0-9 _ . -', extra });
}

function describe(style: Style): XmlNode {
  return [
    'Style',
    [
      ['Name', style.name],
      ['Content', style.content],
      ['Category', 'image'],
      ['CreateTime', new Date(style.created).toUTCString()],
      ['LastModifyTime', new Date(style.modified).toUTCString()],
    ],
  ];
}
