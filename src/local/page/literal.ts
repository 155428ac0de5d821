/** A value as it is written in TypeScript. */
export function literal(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
