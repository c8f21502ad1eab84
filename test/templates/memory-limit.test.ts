import { describe, expect, it } from 'vitest';
import { withMemoryLimit } from '../../src/templates/memory-limit.ts';
import engine from '../../src/templates/wasm.ts';

// (module (memory (export "m") 2)), with an empty custom section before it.
const MODULE = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[0, 2, 1, 0x61],
  ...[5, 3, 1, 0, 2],
  ...[7, 5, 1, 1, 0x6d, 2, 0],
]);

// Of WebAssembly, Node's types have nothing without the browser's.
interface Memory {
  grow(pages: number): number;
}
const { Instance, Module, validate } = (globalThis as unknown as { WebAssembly: WebAssemblyOfTest }).WebAssembly;
interface WebAssemblyOfTest {
  Instance: new (module: object) => { exports: { m: Memory } };
  Module: new (bytes: Uint8Array) => object;
  validate(bytes: Uint8Array): boolean;
}

describe('the limit on memory', () => {
  it.each([3, 200, 1024])('lets a module have so many pages and no more: %i', (pages) => {
    const { m } = new Instance(new Module(withMemoryLimit(MODULE, pages))).exports;
    expect(m.grow(pages - 2)).toBe(2);
    expect(() => m.grow(1)).toThrow(RangeError);
  });

  it('leaves the template engine a valid module', () => {
    expect(validate(withMemoryLimit(engine, 1024))).toBe(true);
  });

  it('is refused by a module without a memory', () => {
    expect(() => withMemoryLimit(MODULE.subarray(0, 12), 3)).toThrow('no memory');
  });
});
