// How long a timer trigger of Function Compute lets wait, from its expression: `@every Nm`, or six fields, second
// minute hour day month weekday. https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers What may stand
// in a field is bounded; the exact days of L, W and # are not worked out, only that they are not every day.

const month = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const weekday = 'SUN MON TUE WED THU FRI SAT'.split(' ');

interface Field {
  readonly least: number;
  readonly most: number;
  /** What may stand for numbers, the first for `first`. */
  readonly names?: readonly string[];
  readonly first?: number;
  /** A number that stands for another one. */
  readonly also?: Readonly<Record<number, number>>;
}

const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: month, first: 1 },
  // Sunday is 0 or 7, by the tool.
  { least: 0, most: 7, names: weekday, first: 0, also: { 7: 0 } },
];

/** Days of a month, the 29th of February too. */
const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const day = 86_400;

/**
 * The longest time, in seconds, between two runs; a day or more counts as a day.
 * @returns undefined for what is no expression, or never runs
 */
export function longestWait(expression: string): number | undefined {
  const [, minutes] = /^@every (\d{1,4})m$/.exec(expression) ?? [];
  if (minutes !== undefined) return Number(minutes) === 0 ? undefined : Math.min(day, Number(minutes) * 60);
  const words = expression.replace(/^CRON_TZ=[\w/+-]{1,64} /, '').split(' ');
  if (words.length !== fields.length) return undefined;
  const read = fields.map((field, index) => valuesOf(words[index] ?? '', field, index));
  const [second, minute, hour, date, months, weekdays] = read;
  if (!second || !minute || !hour || !date || !months || !weekdays) return undefined;
  if (!months.some((one) => date.some((of) => of <= (daysIn[one - 1] ?? 0)))) return undefined;
  const daily = date.length === 31 && months.length === 12 && weekdays.length === 7;
  return daily ? longestInDay(second, minute, hour) : day;
}

function longestInDay(seconds: readonly number[], minutes: readonly number[], hours: readonly number[]): number {
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => (hour * 60 + minute) * 60 + second)),
  );
  // The first of the next day follows the last.
  const [first = 0] = times;
  return times.reduce((longest, time, at) => Math.max(longest, (times[at + 1] ?? first + day) - time), 0);
}

/** In order. Undefined: it cannot be read, or is beyond the field. */
function valuesOf(text: string, field: Field, index: number): readonly number[] | undefined {
  // Some one day of a month.
  if (index === 3 && /^(?:L|LW|(?:[1-9]|[12]\d|3[01])W)$/i.test(text)) return [field.least];
  if (index === 5 && /^(?:[0-7]|[A-Z]{3})(?:L|#[1-5])$/i.test(text)) return [field.least];
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const values = valuesOfPart(part, field, index);
    if (values === undefined) return undefined;
    for (const value of values) found.add(field.also?.[value] ?? value);
  }
  return [...found].sort((one, other) => one - other);
}

function valuesOfPart(part: string, field: Field, index: number): readonly number[] | undefined {
  const [, whole, from = '', to, step = '1'] =
    /^(?:([*?])|([A-Z]{3}|\d{1,2})(?:-([A-Z]{3}|\d{1,2}))?)(?:\/(\d{1,2}))?$/i.exec(part) ?? [];
  if (whole === '?' && index < 3) return undefined;
  const stepped = part.includes('/');
  const first = whole === undefined ? numberOf(from, field) : field.least;
  const last =
    whole !== undefined || (to === undefined && stepped) ? field.most : to === undefined ? first : numberOf(to, field);
  if (first === undefined || last === undefined || first > last || Number(step) === 0) return undefined;
  const values: number[] = [];
  for (let value = first; value <= last; value += Number(step)) values.push(value);
  return values;
}

function numberOf(text: string, { least, most, names = [], first = 0 }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
