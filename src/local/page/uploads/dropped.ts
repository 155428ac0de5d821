// Files that somebody drops on the page.
import { useEffect } from 'preact/hooks';

/** Files that are dropped anywhere on the page: elsewhere, a browser would open them in its place. */
export function useDropped(
  over: (is: boolean) => void,
  take: (files: readonly File[], folders: boolean) => void,
): void {
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      over(event.type === 'dragover');
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) over(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      over(false);
      const items = [...event.dataTransfer.items];
      const folders = items.some((item) => item.webkitGetAsEntry()?.isDirectory ?? false);
      take([...event.dataTransfer.files], folders);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  });
}
