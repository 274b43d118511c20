/** The part of the WebAssembly interface that the package uses; Node has it, its type declarations do not. */
declare namespace WebAssembly {
  interface Module {
    readonly brand: 'module';
  }
  const Module: new (bytes: Uint8Array) => Module;
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: object;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  class RuntimeError extends Error {}
}
