// PutStyle, GetStyle, ListStyle, DeleteStyle: named styles of a bucket.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putstyle

import { authorize, type OssCall, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument, notImplemented, refuse } from '../error.js';
import { readXml } from '../request/body.js';
import { parameter } from '../request/resolve.js';
import type { NamedStyle } from '../storage/storage.js';
import { childText } from '../xml.js';

const maxStyles = 50;

export const styleOperations = {
  async PutStyle(call) {
    authorize(call, 'oss:PutStyle');
    requireBucket(call);
    const name = styleName(call);
    const category = parameter(call.query, 'category') ?? 'image';
    if (category !== 'image') throw notImplemented(`styles of the category ${category}`);
    const content = childText(readXml(await call.body(64 * 1024), 'Style'), 'Content') ?? '';
    if (!content.startsWith('image/') || /[;()'*?|\s]/.test(content)) {
      throw invalidArgument('Style content is invalid.', {
        extra: { ArgumentName: 'Content', ArgumentValue: content },
      });
    }
    const bucket = requireBucket(call);
    const previous = bucket.styles.find((style) => style.name === name);
    if (!previous && bucket.styles.length >= maxStyles) throw refuse('TooManyStyles');
    const now = call.service.now();
    const style: NamedStyle = { name, content, created: previous?.created ?? now, modified: now };
    const others = bucket.styles.filter((known) => known !== previous);
    const styles = [...others, style].sort((a, b) => (a.name < b.name ? -1 : 1));
    call.service.storage.saveBucket({ ...bucket, styles });
    return { status: 200 };
  },

  async GetStyle(call) {
    authorize(call, 'oss:GetStyle');
    const name = styleName(call);
    const style = requireBucket(call).styles.find((known) => known.name === name);
    if (!style) throw refuse('NoSuchStyle', { extra: { StyleName: name } });
    return xmlReply('Style', describe(style));
  },

  async ListStyle(call) {
    authorize(call, 'oss:ListStyle');
    return xmlReply('StyleList', { Style: requireBucket(call).styles.map(describe) });
  },

  async DeleteStyle(call) {
    authorize(call, 'oss:DeleteStyle');
    const bucket = requireBucket(call);
    const name = styleName(call);
    call.service.storage.saveBucket({ ...bucket, styles: bucket.styles.filter((style) => style.name !== name) });
    return { status: 204 };
  },
} satisfies OssOperations;

function styleName(call: OssCall): string {
  const name = parameter(call.query, 'styleName') ?? '';
  if (/^[A-Za-z0-9_.-]{1,63}$/.test(name)) return name;
  const extra = { ArgumentName: 'styleName', ArgumentValue: name };
  throw invalidArgument('A style name has 1 to 63 of A-Z a-z 0-9 _ . -', { extra });
}

function describe(style: NamedStyle) {
  return {
    Name: style.name,
    Content: style.content,
    Category: 'image',
    CreateTime: new Date(style.created).toUTCString(),
    LastModifyTime: new Date(style.modified).toUTCString(),
  };
}
