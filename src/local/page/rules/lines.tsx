// The lines from a rule to its outputs. The outputs are rows of equal height, so no measuring is needed: one row is 100
// units, and the drawing is stretched to the height of all.

/** @param rows how many outputs there are */
export function Fan({ rows }: { readonly rows: number }) {
  const middle = rows * 50;
  return (
    <svg class="fan" viewBox={`0 0 100 ${rows * 100}`} preserveAspectRatio="none" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => {
        const to = row * 100 + 50;
        return <path key={to} d={`M0,${middle} C60,${middle} 40,${to} 100,${to}`} />;
      })}
    </svg>
  );
}

export function Arrow() {
  return (
    <svg class="arrow" viewBox="0 0 24 12" aria-hidden="true">
      <path d="M0,6 H22 M17,2 L22,6 L17,10" />
    </svg>
  );
}
