// The view style: a bench on which a style is tried on a stored picture.
import { useEffect } from 'preact/hooks';
import { CopyPanel } from './copy-panel.js';
import { PicturePanel } from './picture-panel.js';
import { PreviewPanel } from './preview-panel.js';
import { startBench } from './state.js';
import { StepsPanel } from './steps-panel.js';
import { TextPanel } from './text-panel.js';

export function StyleView() {
  useEffect(startBench, []);
  return (
    <div class="bench">
      <PicturePanel />
      <TextPanel />
      <div class="outcome">
        <PreviewPanel />
        <CopyPanel />
      </div>
      <StepsPanel />
    </div>
  );
}
