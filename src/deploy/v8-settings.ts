// What the deployed function sets in V8, the engine of Node.js, in its last line. V8's own values are for programs
// that have a core and run on and on; an instance of this function has a tenth of a core, and all that an event has
// made is dead when it ends. They are measured on the V8 of Node.js 20, and set on no other:
// `npm run bench -- --only cpu --only memory`.
//
// Node.js warns that settings which change after V8 has started may result in unpredictable behavior, including crashes
// and data loss, or do nothing. These are safe to change then, since nothing that V8 has made is laid out by them: it
// reads each anew at a moment of its own. These moments are named below.
// https://nodejs.org/docs/latest-v20.x/api/v8.html#v8setflagsfromstringflags
//
// They come last, since Node compiles the modules of its own that it loads afterwards anew: V8 takes the code that was
// compiled beforehand with the same settings only. So node:tls, which undici loads at the first call over https, is
// loaded before them, too.
const settings = [
  // Bytes of bytecode until a function is looked at for optimization. V8's 67,584 leave an event to the interpreter for
  // thousands of events: a third more CPU. Read when V8 resets a function's budget.
  '--interrupt-budget=20000',
  // What an event leaves behind is dead when it ends: a young generation that doubles finds no more of it, and takes
  // 15 to 30 MB more. Read when V8 grows the young generation.
  '--semi-space-growth-factor=1',
  // The HTTP parser is one function of 33 KB of WebAssembly. To optimize it takes 30 MB and 130 ms of CPU, once, which
  // is more than the faster parser saves in some thousand events. Read when V8 instantiates a module.
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
];

/** The code that sets them, for the end of a file. */
export const v8Settings = `require('node:tls');
if (process.versions.v8.startsWith('11.3.')) {
  for (const setting of ${JSON.stringify(settings)}) require('node:v8').setFlagsFromString(setting);
}`;
