// Conditions and templates of rules that cannot do what was meant: excludes of what no prefix asks for, files that are
// no images, images that OSS does not process, sizes that nothing has, folders with two slashes.
import { showText } from '../../rules/issue.js';
import { type Config, outputsOf, type Rule, type RuleOutput } from '../../rules/rule.js';
import { maxSourceBytes } from '../../style/source-limits.js';
import { type Finding, finding } from '../finding.js';
import { listed, ruleName } from './outputs.js';
import { patterns } from './patterns.js';

/** What of the rules' conditions and templates cannot work. */
export function unworkable(config: Config): Finding[] {
  return [
    ...config.rules.flatMap((rule, index) => [
      ...patterns(rule, index),
      ...excludesOutside(rule, index),
      ...noImages(rule, index),
      ...tooLarge(rule, index),
      ...onlyEmpty(rule, index),
    ]),
    ...outputsOf(config).flatMap(unlikelyKeys),
  ];
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
  if (Math.max(min, max) <= maxSourceBytes) return [];
  const limit = `OSS processes images of up to ${maxSourceBytes} bytes (20 MB)`;
  const message =
    min > maxSourceBytes
      ? `${limit}: every upload that ${ruleName(rule, index)} takes fails`
      : `${limit}: larger ones, which max lets through, fail`;
  const fix = `max: ${maxSourceBytes}${min > maxSourceBytes ? ', and a smaller min' : ''}`;
  return [finding('warning', 'sizeTooLarge', `rules[${index}].when.size`, message, fix)];
}

function onlyEmpty(rule: Rule, index: number): Finding[] {
  if (rule.when.size?.max !== 0) return [];
  const message = `${ruleName(rule, index)} can never match: no rule takes an empty upload, and its max lets nothing else through`;
  return [
    finding('warning', 'ruleNeverMatches', `rules[${index}].when.size`, message, 'a max in bytes, or leave it out'),
  ];
}

/** Targets that can be saved, but are hardly meant. */
function unlikelyKeys({ output, path }: RuleOutput): Finding[] {
  const { text } = output.key;
  const unlikely = (code: string, message: string, fix: string) =>
    finding('warning', code, `${path}.to.key`, `${showText(text)} ${message}`, fix);
  const single = text.replaceAll('{dir}/', '{dir}').replaceAll(/\/{2,}/g, '/');
  return [
    text === single
      ? []
      : unlikely(
          'doubleSlash',
          'gives a double slash, or a slash at the beginning ({dir} is empty or ends in "/")',
          showText(single),
        ),
    text.endsWith('/')
      ? unlikely(
          'folderKey',
          'names folders: tools show what is saved there as empty',
          showText(text.replace(/\/+$/, '')),
        )
      : [],
    text.includes('*')
      ? unlikely(
          'literalAsterisk',
          'is filled in as it stands: "*" stays an asterisk',
          'leave "*" out, or {dir} for the folder of the upload',
        )
      : [],
  ].flat();
}
