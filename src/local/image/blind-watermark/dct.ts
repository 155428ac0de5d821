// The 8×8 discrete cosine transform (orthonormal DCT-II) of a whole square plane, and its inverse: blocks stay where
// they are.
// Source: ITU-T T.81 §A.3.3, without the level shift.

export const blockSize = 8;

const basis = Float32Array.from({ length: blockSize * blockSize }, (_, i) => {
  const [frequency, at] = [Math.floor(i / blockSize), i % blockSize];
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / blockSize);
  return scale * Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * blockSize));
});
const transposed = Float32Array.from(
  { length: blockSize * blockSize },
  (_, i) => basis[(i % blockSize) * blockSize + (i >> 3)] ?? 0,
);

/** The coefficients of every block of a plane `side` values wide and high; `side` is a multiple of 8. */
export function forwardDct(plane: Float32Array, side: number): Float32Array {
  return transform(plane, side, basis);
}

/** The plane that has these coefficients. */
export function inverseDct(coefficients: Float32Array, side: number): Float32Array {
  return transform(coefficients, side, transposed);
}

// matrix × block × matrixᵀ, for every block.
function transform(input: Float32Array, side: number, matrix: Float32Array): Float32Array {
  const output = new Float32Array(input.length);
  const half = new Float32Array(blockSize * blockSize);
  for (let top = 0; top < side; top += blockSize) {
    for (let left = 0; left < side; left += blockSize) {
      const corner = top * side + left;
      for (let y = 0; y < blockSize; y += 1) {
        for (let u = 0; u < blockSize; u += 1)
          half[y * blockSize + u] = dot(input, corner + y * side, 1, matrix, u * blockSize);
      }
      for (let v = 0; v < blockSize; v += 1) {
        for (let u = 0; u < blockSize; u += 1)
          output[corner + v * side + u] = dot(half, u, blockSize, matrix, v * blockSize);
      }
    }
  }
  return output;
}

function dot(values: Float32Array, from: number, stride: number, matrix: Float32Array, row: number): number {
  let sum = 0;
  for (let i = 0; i < blockSize; i += 1) sum += (values[from + i * stride] ?? 0) * (matrix[row + i] ?? 0);
  return sum;
}

/** How many positions a square has: four quarter turns, each also mirrored. */
export const positions = 8;

/**
 * The coefficients that the plane would have in another position (0 is as it is): swapped along its diagonal (4), then
 * mirrored left to right (1) and top to bottom (2). A mirrored wave is the same wave, with its sign changed when its
 * frequency is odd.
 */
export function inPosition(coefficients: Float32Array, side: number, position: number): Float32Array {
  if (position === 0) return coefficients;
  const moved = new Float32Array(coefficients.length);
  const across = Int32Array.from({ length: side }, (_, i) => ((position & 1) === 0 ? i : opposite(i, side)));
  const down = Int32Array.from({ length: side }, (_, i) => ((position & 2) === 0 ? i : opposite(i, side)));
  for (let y = 0, to = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1, to += 1) {
      const [column, row] = (position & 4) === 0 ? [x, y] : [y, x];
      const odd = ((column & position) ^ (row & (position >> 1))) & 1;
      const value = coefficients[(down[row] ?? 0) * side + (across[column] ?? 0)] ?? 0;
      moved[to] = odd === 1 ? -value : value;
    }
  }
  return moved;
}

// The same frequency in the block on the other side.
function opposite(i: number, side: number): number {
  return side - blockSize - i + 2 * (i % blockSize);
}
