// Conditions and templates of rules that are taken as they stand, and so cannot do what was meant: wildcards, excludes
// of what no prefix asks for, files that are no images, images that OSS does not process, folders with two slashes.
import { showText } from '../../rules/issue.js';
import { maxImageBytes } from '../../rules/oss-limits.js';
import { type Config, outputsOf, type Rule } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';
import { listed, ruleName } from './outputs.js';

/** What of the rules' conditions and templates cannot work. */
export function unworkable(config: Config): Finding[] {
  return [
    ...config.rules.flatMap((rule, index) => [
      ...wildcards(rule, index),
      ...excludesOutside(rule, index),
      ...noImages(rule, index),
      ...tooLarge(rule, index),
    ]),
    ...doubleSlashes(config),
  ];
}

const conditions = { prefix: 'prefixes', suffix: 'suffixes', exclude: 'excludes' } as const;

function wildcards({ when }: Rule, index: number): Finding[] {
  return Object.entries(conditions).flatMap(([condition, texts]) =>
    when[texts]
      .filter((text) => text.includes('*'))
      .map((text) => {
        const literal = condition === 'suffix' ? text.slice(text.lastIndexOf('*') + 1) : (text.split('*')[0] ?? '');
        const nothingLeft = `leave ${condition} out`;
        const fix = literal === '' || (condition === 'suffix' && literal === '.') ? nothingLeft : showText(literal);
        const message = `${showText(text)} is compared as it stands: "*" is no wildcard, and only keys with an asterisk match`;
        return finding('warning', 'literalAsterisk', `rules[${index}].when.${condition}`, message, fix);
      }),
  );
}

function excludesOutside({ when }: Rule, index: number): Finding[] {
  const { prefixes, excludes } = when;
  return excludes
    .filter((exclude) => !exclude.includes('*'))
    .filter((exclude) => !prefixes.some((prefix) => exclude.startsWith(prefix) || prefix.startsWith(exclude)))
    .map((exclude) => {
      const asked = listed(prefixes.map(showText));
      const message = `${showText(exclude)} excludes nothing: the rule asks for keys that begin with ${asked}`;
      const fix = `${showText(`${prefixes[0]}${exclude}`)}, if that is meant, or leave it out`;
      return finding('warning', 'excludeOutside', `rules[${index}].when.exclude`, message, fix);
    });
}

// What is uploaded beside images; OSS reads no image from it.
const otherFiles = new Set(
  (
    'svg svgz eps ai psd pdf doc docx xls xlsx ppt pptx txt csv json xml html htm css js md ' +
    'mp4 m4v mov avi mkv webm flv wmv mpg mpeg 3gp m3u8 ts mp3 m4a wav flac aac ogg zip rar 7z gz tar apk exe dmg ' +
    'ico cur jp2 jxl dng cr2 cr3 nef arw orf raf rw2'
  ).split(' '),
);

function noImages(rule: Rule, index: number): Finding[] {
  const wrong = rule.when.suffixes.filter((suffix) => otherFiles.has(/\.([a-z0-9]+)$/.exec(suffix)?.[1] ?? ''));
  if (wrong.length === 0) return [];
  const all = wrong.length === rule.when.suffixes.length;
  const message =
    `OSS processes no ${wrong.map(showText).join(', ')}: ` +
    (all ? `every upload that ${ruleName(rule, index)} takes fails` : 'each such upload fails');
  const fix = all ? 'suffixes of images: .jpg, .jpeg, .png, .webp, .gif, .bmp, .tiff, .heic, .avif' : 'leave it out';
  return [finding('warning', 'suffixNoImage', `rules[${index}].when.suffix`, message, fix)];
}

function tooLarge(rule: Rule, index: number): Finding[] {
  const { min = 0, max = 0 } = rule.when.size ?? {};
  if (Math.max(min, max) <= maxImageBytes) return [];
  const limit = `OSS processes images of up to ${maxImageBytes} bytes (20 MB)`;
  const message =
    min > maxImageBytes
      ? `${limit}: every upload that ${ruleName(rule, index)} takes fails`
      : `${limit}: larger ones, which max lets through, fail`;
  const fix = `max: ${maxImageBytes}${min > maxImageBytes ? ', and a smaller min' : ''}`;
  return [finding('warning', 'sizeTooLarge', `rules[${index}].when.size`, message, fix)];
}

function doubleSlashes(config: Config): Finding[] {
  return outputsOf(config)
    .filter(({ output }) => output.key.text.includes('{dir}/'))
    .map(({ output, path }) => {
      const { text } = output.key;
      const message = `{dir} is empty or ends in "/": ${showText(text)} gives a double slash, or a slash at the beginning`;
      return finding('warning', 'doubleSlash', `${path}.to.key`, message, showText(text.replaceAll('{dir}/', '{dir}')));
    });
}
