// A WebAssembly module may take up to 4 GB, and no limit of Node's on a worker thread counts them: the limit is written
// into the module itself, where the format has a place for it.

const MEMORY_SECTION = 5;

/**
 * The same module with one memory of at most so many pages of 64 KB.
 * @see https://webassembly.github.io/spec/core/binary/modules.html#memory-section
 */
export function withMemoryLimit(module: Uint8Array, pages: number): Uint8Array {
  // After eight bytes of magic and version: sections of an id, a length and as many bytes.
  for (let start = 8; start < module.length; ) {
    const [length, content] = readNumber(module, start + 1);
    if (module[start] === MEMORY_SECTION) {
      // How many memories, whether there is a limit, the pages at first.
      const [atFirst] = readNumber(module, content + 2);
      const section = [1, 1, ...writeNumber(atFirst), ...writeNumber(pages)];
      const before = [...module.subarray(0, start), MEMORY_SECTION, ...writeNumber(section.length), ...section];
      const after = module.subarray(content + length);
      const limited = new Uint8Array(before.length + after.length);
      limited.set(before);
      limited.set(after, before.length);
      return limited;
    }
    start = content + length;
  }
  throw new Error('the module has no memory of its own');
}

/** LEB128: seven bits a byte, the lowest first. */
function readNumber(bytes: Uint8Array, at: number): [number: number, next: number] {
  let number = 0;
  for (let index = at, factor = 1; ; index++, factor *= 128) {
    const byte = bytes[index] ?? 0;
    number += (byte % 128) * factor;
    if (byte < 128) return [number, index + 1];
  }
}

function writeNumber(number: number): number[] {
  return number < 128 ? [number] : [128 + (number % 128), ...writeNumber(Math.floor(number / 128))];
}
