// The error-correcting code: convolutional, rate 1/3, constraint length 9, ended by a tail of zeros; read with the
// soft-decision Viterbi algorithm. Its free distance is 18, so any 8 wrong bits are corrected wherever they fall, and
// many more when they lie apart.
// Source: generators 557, 663, 711 (octal) as in 3GPP TS 25.212 §4.2.3.1

const generators = [0o557, 0o663, 0o711] as const;
const memory = 8;
const states = 1 << memory;
const rate = generators.length;

/** How many code bits a message of this many bits becomes. */
export function codedLength(bits: number): number {
  return (bits + memory) * rate;
}

/** The longest message, in bits, whose code takes at most this many bits. */
export function messageLength(codeBits: number): number {
  return Math.floor(codeBits / rate) - memory;
}

/** The code bits (0 or 1) of a message (0 or 1). */
export function encode(message: Uint8Array): Uint8Array {
  const code = new Uint8Array(codedLength(message.length));
  let register = 0;
  for (let i = 0; i < message.length + memory; i += 1) {
    register = ((register >> 1) | ((message[i] ?? 0) << memory)) & (2 * states - 1);
    for (const [k, generator] of generators.entries()) code[i * rate + k] = parity(register & generator);
  }
  return code;
}

/**
 * The likeliest message. `soft` holds one value per code bit: positive for 0, negative for 1, larger when surer; 0 is
 * "unknown".
 */
export function decode(soft: Float32Array): Uint8Array {
  const steps = Math.floor(soft.length / rate);
  // Which predecessor survived: for each step and state, the bit that left the register.
  const left = new Uint8Array(steps * states);
  let score = new Float32Array(states).fill(Number.NEGATIVE_INFINITY);
  let next = new Float32Array(states);
  score[0] = 0;
  const gain = new Float32Array(1 << rate);
  for (let step = 0; step < steps; step += 1) {
    for (let word = 0; word < gain.length; word += 1) gain[word] = gainOf(word, soft, step * rate);
    const tail = step >= steps - memory;
    for (let state = 0; state < states; state += 1) {
      // The newest bit is the highest of the state; in the tail it can only be 0.
      if (tail && state >= states / 2) {
        next[state] = Number.NEGATIVE_INFINITY;
        continue;
      }
      const register = state << 1;
      const from = register & (states - 1);
      const zero = (score[from] ?? 0) + (gain[words[register] ?? 0] ?? 0);
      const one = (score[from + 1] ?? 0) + (gain[words[register + 1] ?? 0] ?? 0);
      next[state] = Math.max(zero, one);
      left[step * states + state] = one > zero ? 1 : 0;
    }
    [score, next] = [next, score];
  }
  const message = new Uint8Array(steps);
  for (let step = steps - 1, state = 0; step >= 0; step -= 1) {
    message[step] = state >> (memory - 1);
    state = ((state << 1) & (states - 1)) | (left[step * states + state] ?? 0);
  }
  return message.subarray(0, Math.max(0, steps - memory));
}

// The code bits that each content of the register gives, as a number of `rate` bits.
const words = Uint8Array.from({ length: 2 * states }, (_, register) =>
  generators.reduce((word, generator, k) => word | (parity(register & generator) << k), 0),
);

function gainOf(word: number, soft: Float32Array, from: number): number {
  let gain = 0;
  for (let k = 0; k < rate; k += 1) gain += ((word >> k) & 1) === 0 ? (soft[from + k] ?? 0) : -(soft[from + k] ?? 0);
  return gain;
}

function parity(value: number): number {
  let bits = value;
  bits ^= bits >> 8;
  bits ^= bits >> 4;
  bits ^= bits >> 2;
  bits ^= bits >> 1;
  return bits & 1;
}
