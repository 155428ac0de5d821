// What operations and parameters do, in the page's language.
import { definitionOf, type ImageOperationName } from '../../../style/catalogue.js';
import { language } from '../language.js';
import { chinese } from './chinese-words.js';

export function operationDoes(op: ImageOperationName): string {
  return language === 'zh' ? chinese[op][0] : definitionOf(op).doc;
}

export function parameterDoes(op: ImageOperationName, name: string): string {
  const words = chinese[op][1] as Readonly<Record<string, string>>;
  return (language === 'zh' ? words[name] : definitionOf(op).parameters[name]?.doc) ?? name;
}
