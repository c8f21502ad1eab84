// Unpacks gzip, within the bounds that hold for a plain file.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isGzip } from './file-kind.ts';
import { problemIn } from './problem.ts';

const MEBIBYTE = 1024 * 1024;
const LARGEST_MEBIBYTES = 50;
const unpack = promisify(gunzip);

/**
 * Several members one after another are one text.
 * @throws CallError InvalidArguments for what is damaged, packed twice, or larger than 50 MiB when it is unpacked
 */
export async function unpacked(name: string, bytes: Buffer): Promise<Buffer> {
  if (!isGzip(bytes)) return bytes;
  let plain: Buffer;
  try {
    plain = await unpack(bytes, { maxOutputLength: LARGEST_MEBIBYTES * MEBIBYTE });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const what = isTooLarge
      ? `has more than ${LARGEST_MEBIBYTES} MiB when it is unpacked, which is more than is read: split it`
      : 'is packed with gzip, and damaged or cut off: fetch it again';
    throw problemIn(name, undefined, what);
  }
  if (isGzip(plain)) throw problemIn(name, undefined, 'is packed with gzip twice: unpack it once');
  return plain;
}
