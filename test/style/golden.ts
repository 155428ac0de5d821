// The documented and measured cases of OSS's image language (img-golden.json), typed for the tests that replay them.
import { readFileSync } from 'node:fs';

export interface SizeCase {
  id: string;
  in: { w: number; h: number; inFormat?: string; orientation?: number };
  style: string;
  out: { w: number; h: number; outFormat?: string };
  confidence: string;
  note?: string;
  legacySyntax?: boolean;
  skip?: boolean;
}
interface Golden {
  dimensions: SizeCase[];
  watermarkP: { main: { w: number; h: number }; preprocess: string; mark: { w: number; h: number } }[];
  quality: { sourceQ: number; style: string; outQ: number }[];
  base64: { plain: string; b64url: string }[];
  info: { desc: string; text?: string }[];
  errors: { style: string; ec: string }[];
  errorSemantics: { w: number; h: number; style: string; expect: string }[];
}

export const golden: Golden = JSON.parse(readFileSync(new URL('img-golden.json', import.meta.url), 'utf8'));
