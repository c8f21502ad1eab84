// Following all pages of a list. IAM may answer with a short or an empty page and still have more (IsTruncated), so
// only that flag and the marker count.
import { AwsError } from '../iam/errors.ts';

// More than any account has. An endpoint that never comes to an end must not fill the memory.
const MOST_ITEMS = 50_000;

interface Page<Item> {
  items: Item[] | undefined;
  isTruncated: boolean | undefined;
  marker: string | undefined;
}

/** @param most caps the total. @throws AwsError BadResponse for pages that lead nowhere, in a circle or on and on */
export async function allPages<Item>(
  readPage: (marker: string | undefined, stillWanted: number) => Promise<Page<Item>>,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const found: Item[] = [];
  const seen = new Set<string>();
  let marker: string | undefined;
  do {
    const page = await readPage(marker, most - found.length);
    for (const item of page.items ?? []) found.push(item);
    if (!page.isTruncated || found.length >= most) break;
    if (found.length > MOST_ITEMS) {
      const text = `IAM lists more than ${MOST_ITEMS.toLocaleString('en')} things, and goes on`;
      throw new AwsError('BadResponse', text, { notDone: true });
    }
    if (!page.marker || seen.has(page.marker)) {
      throw new AwsError('BadResponse', 'IAM says that there is more, but not where', { notDone: true });
    }
    marker = page.marker;
    seen.add(marker);
  } while (marker);
  return found.length > most ? found.slice(0, most) : found;
}
