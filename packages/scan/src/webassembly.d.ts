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
    /** By pages of 64 KiB; throws a RangeError beyond its maximum. Another `buffer` takes the place of the old one. */
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
}
