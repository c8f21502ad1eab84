// Which regions there are, and in which partition, by the SDK's own data. That data answers `aws` for nonsense too;
// only a region that it lists carries a description.
import { partition } from '@aws-sdk/core/client';
import { closest } from 'fastest-levenshtein';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';

const PREFIXES = 'us eu ap sa ca me af il mx cn us-gov us-iso us-isob us-isof eu-isoe eusc-de'.split(' ');
const DIRECTIONS = 'east west north south central northeast southeast northwest southwest'.split(' ');
const HIGHEST_NUMBER = 9;

// With aws-cn-global and its like, which are listed too, the SDK asks for STS at a host that there is not.
function isListed(region: string): boolean {
  return 'description' in partition(region) && !/^aws-.+-global$/.test(region);
}

/** The SDK keeps its list to itself, so every name of the usual form is tried against it. */
function listedRegions(): string[] {
  return PREFIXES.flatMap((prefix) =>
    DIRECTIONS.flatMap((direction) =>
      Array.from({ length: HIGHEST_NUMBER }, (_, index) => `${prefix}-${direction}-${index + 1}`),
    ),
  ).filter(isListed);
}

/**
 * The partition of a region: `aws`, `aws-cn`, `aws-us-gov`, …
 * @param allowUnknown for a region newer than this program, by its form alone
 * @throws CallError InvalidArguments with the nearest name
 */
export function partitionOf(region: string, allowUnknown: boolean): string {
  if (!isListed(region) && !(allowUnknown && /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(region))) {
    const nearest = closest(region.slice(0, 40), listedRegions());
    throw new CallError(
      'InvalidArguments',
      `'${cleanLine(region, 40)}' is not a region that this program knows; did you mean ${nearest}? ` +
        '(--allow-unknown-region admits newer ones)',
    );
  }
  return partition(region).name;
}
