// The stops of a slider: each whole number where there are few; of many, all small ones and then steps of one percent,
// so that 100 pixels and 10,000 can both be set by hand. Each press of an arrow key is a change.

/** From `min` to `max`, each larger than the one before. */
export function stopsOf(min: number, max: number): readonly number[] {
  const stops: number[] = [];
  const fine = max - min <= 2_000;
  for (let value = min; value < max; value += fine ? 1 : Math.max(1, Math.round(value / 100))) stops.push(value);
  return [...stops, max];
}

/** The place among the stops of a value, or of what comes before it. */
export function stopOf(stops: readonly number[], value: number): number {
  return Math.max(
    0,
    stops.findLastIndex((stop) => stop <= value),
  );
}
