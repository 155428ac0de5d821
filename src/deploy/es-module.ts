// A CommonJS file of undici as an ES module: then esbuild leaves out the functions and symbols that nobody imports, and
// shortens the names of the others. It knows the forms that undici is written in; any other file stays as it is.

/** The source as an ES module. `exportsNames`: whether the file at a path exports names, and not one value. */
export function esModule(source: string, exportsNames: (path: string) => boolean): string {
  const [body = '', exported, ...others] = source.split(/^module\.exports = /m);
  // What it exports in another way, or in two, would be lost.
  if (others.length > 0 || [body, exported ?? ''].some((part) => /\bexports\.|\bmodule\.exports\b/.test(part)))
    return source;
  const imports = body
    .replace(/^const (\{[^}]*\}) = require\('(\.[^']+)'\);?$/gm, (_, names: string, path: string) => {
      return `import ${names.replaceAll(':', ' as')} from '${path}';`;
    })
    .replace(/^const (\w+) = require\('(\.[^']+)'\);?$/gm, (_, name: string, path: string) => {
      return `import ${exportsNames(path) ? `* as ${name}` : name} from '${path}';`;
    });
  return exported === undefined ? imports : `${imports}${exportsOf(exported.trim())}`;
}

// Of `{ a, b: expression }`, with an entry a line or on one line, the names; any other value is the default.
function exportsOf(value: string): string {
  const [, list] = /^\{(.*)\}$/s.exec(value) ?? [];
  const lines = list?.split(list.includes('\n') ? /,?\n/ : ',').map((line) => line.trim());
  const entries = lines?.filter((line) => line !== '').map((line) => /^(\w+)(?:: (.+))?$/.exec(line) ?? []);
  if (entries === undefined || entries.some(([entry]) => entry === undefined)) return `export default ${value};`;
  return entries
    .map(([, name = '', expression]) => {
      return expression === undefined ? `export { ${name} };` : `export const ${name} = /* @__PURE__ */ ${expression};`;
    })
    .join('\n');
}
