// blur, sharpen, bright, contrast. OSS documents neither kernels nor curves: sharpen is calibrated on its published
// byte sizes; bright multiplies (as GraphicsMagick's -modulate, 100 doubles), contrast stretches around the middle
// grey.
import type { Draw } from '../edit.js';

export const blur: Draw<'blur'> = ({ r, s }) => [{ do: 'blur', radius: r, sigma: s }];

export const bright: Draw<'bright'> = ({ value }) =>
  value === 0 ? [] : [{ do: 'linear', a: (100 + value) / 100, b: 0 }];

export const contrast: Draw<'contrast'> = ({ value }) => {
  const a = (100 + value) / 100;
  return value === 0 ? [] : [{ do: 'linear', a, b: 128 * (1 - a) }];
};

// A 3×3 kernel: minus a Gaussian (σ = 1 for 100), its centre twice the total, normalised. The half makes sharp round
// instead of truncate. OSS's 23,015 bytes for sharpen,100 of its sample are 23,010 so: OSS mirrors the pixels beyond
// the edges, sharp repeats the last ones.
export const sharpen: Draw<'sharpen'> = ({ value }) => {
  const sigma = value / 100;
  const gauss = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => Math.exp(-(x * x + y * y) / (2 * sigma * sigma))));
  const total = gauss.reduce((sum, weight) => sum + weight, 0);
  const kernel = gauss.map((weight, i) => (i === 4 ? 2 * total : -weight));
  const sum = kernel.reduce((all, weight) => all + weight, 0);
  return [
    { do: 'convolve', kernel: kernel.map((weight) => weight / sum) },
    { do: 'linear', a: 1, b: 0.5 },
  ];
};
