/** The part of https://www.w3.org/TR/wasm-js-api-2/ that loading the kernel takes; Node's types leave it to browsers. */
declare namespace WebAssembly {
  interface Module {
    readonly brand: 'module';
  }
  const Module: new (bytes: Uint8Array) => Module;
  class Memory {
    constructor(descriptor: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class RuntimeError extends Error {}
}
