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

export const sharpen: Draw<'sharpen'> = ({ value }) => [{ do: 'sharpen', sigma: value / 100 }];
