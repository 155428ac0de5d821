// resize: scale to the catalogue's size, then cut to the box (fill) or pad to it (pad).
import type { Draw } from '../canvas.js';
import type { Edit } from '../edit.js';

export const resize: Draw<'resize'> = ({ color }, { plan, before }) => {
  const { scale, window, canvas, size } = plan;
  const edits: Edit[] = [];
  if (scale !== undefined && (scale.width !== before.width || scale.height !== before.height))
    edits.push({ do: 'scale', size: scale });
  if (window !== undefined && scale !== undefined && (window.width !== scale.width || window.height !== scale.height)) {
    edits.push({ do: 'cut', window });
  }
  if (canvas !== undefined && scale !== undefined) {
    const { left, top } = canvas;
    const edges = { left, top, right: size.width - scale.width - left, bottom: size.height - scale.height - top };
    if (Object.values(edges).some((edge) => edge > 0)) edits.push({ do: 'extend', edges, background: `#${color}` });
  }
  return edits;
};
