import { expect, it } from 'vitest';
import { esModule } from '../../src/deploy/es-module.js';

const isNames = (path: string) => path.endsWith('names.js');

it.each([
  ["const { a, b: c } = require('./x.js')", "import { a, b as c } from './x.js';"],
  ["const {\n  a,\n  b\n} = require('../x')\n", "import {\n  a,\n  b\n} from '../x';\n"],
  ["const X = require('./x')", "import X from './x';"],
  ["const names = require('./names.js')", "import * as names from './names.js';"],
  // What Node has is asked for as before, and so is what a function asks for when it is called.
  ["const net = require('node:net')", "const net = require('node:net')"],
  ["function f () {\n  return require('./x')\n}", "function f () {\n  return require('./x')\n}"],
  ['module.exports = X\n', 'export default X;'],
  ['module.exports = class A {\n  b\n}\n', 'export default class A {\n  b\n};'],
  ['module.exports = { A, B }', 'export { A };\nexport { B };'],
  [
    "module.exports = {\n  a,\n  k: Symbol('k'),\n  l: Object.freeze(['x', 'y'])\n}\n",
    "export { a };\nexport const k = /* @__PURE__ */ Symbol('k');\nexport const l = /* @__PURE__ */ Object.freeze(['x', 'y']);",
  ],
  ['module.exports = {\n  a () {\n    return 1\n  }\n}', 'export default {\n  a () {\n    return 1\n  }\n};'],
  [
    "exports.a = 1\nObject.defineProperty(module, 'exports', {})",
    "exports.a = 1\nObject.defineProperty(module, 'exports', {})",
  ],
  // The word alone exports nothing.
  ['// It exports X.\nf({ exports })\nmodule.exports = X', '// It exports X.\nf({ exports })\nexport default X;'],
])('%j', (source, expected) => {
  expect(esModule(source, isNames)).toBe(expected);
});

it.each([
  'module.exports = A\nmodule.exports = B\nfoo()',
  "const q = require('./b')\nmodule.exports = X\nmodule.exports.f = f\n",
  "const q = require('./b')\nmodule.exports.f = f\nmodule.exports = X\n",
  "const q = require('./b')\nexports.f = f",
  'if (q) module.exports = X',
])('a form that it does not know stays as it is: %j', (source) => {
  expect(esModule(source, isNames)).toBe(source);
});
