// Why a rule does not take an upload, by the condition that does not hold; why nothing is done for it.
import { wordsOf } from './language.js';

export const explainedWords = wordsOf({
  en: {
    conditions: {
      bucket: 'another bucket',
      prefix: 'another prefix',
      suffix: 'another suffix',
      exclude: 'excluded',
      size: 'another size',
      order: 'an earlier rule is first',
      onDelete: 'it leaves derivatives',
    } as Readonly<Record<string, string>>,
    reasons: {
      'no-rule': 'No rule takes this key, or this size.',
      'outside-envelope': 'A rule at CONFIG_URI asks for it, but no rule of src/config.ts does.',
      'not-an-upload': 'This event stores no object.',
      'foreign-source': 'Another service has sent this event.',
      folder: 'A key without bytes that ends with “/” is a folder, not a picture.',
      empty: 'The object has no bytes: an upload that has only begun, or a placeholder.',
      'source-gone': 'It was deleted before it was processed.',
      'source-present': 'A removal, but the object is there again: its own event takes care of it.',
      outlived: 'A failure on record needs nothing done any more.',
      'nothing-due': 'The timer found nothing to do.',
    } as Readonly<Record<string, string>>,
  },
  zh: {
    conditions: {
      bucket: 'Bucket 不同',
      prefix: '前缀不符',
      suffix: '后缀不符',
      exclude: '被排除',
      size: '大小不符',
      order: '前面的规则优先',
      onDelete: '保留结果图',
    } as Readonly<Record<string, string>>,
    reasons: {
      'no-rule': '没有规则匹配这个 Key 或大小。',
      'outside-envelope': 'CONFIG_URI 的规则需要它，但 src/config.ts 中没有规则允许。',
      'not-an-upload': '这个事件没有存入文件。',
      'foreign-source': '这个事件来自其他服务。',
      folder: '以“/”结尾的空对象是文件夹，不是图片。',
      empty: '文件没有内容：上传刚刚开始，或只是占位。',
      'source-gone': '处理之前已被删除。',
      'source-present': '删除事件，但文件又存在了：由它自己的事件处理。',
      outlived: '记录中的失败已无需处理。',
      'nothing-due': '定时器没有要处理的内容。',
    } as Readonly<Record<string, string>>,
  },
});
