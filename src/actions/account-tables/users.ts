import { formatDate } from '../../iam/response.ts';
import { allPages } from '../pages.ts';
import { defineAccountTable } from './account-table.ts';

const LARGEST_PAGE = 1000;

export const users = defineAccountTable({
  name: 'iam://users',
  sends: { ListUsers: 'repeatable' },
  async read({ send, onProgress }, most) {
    const found = await allPages(async (marker, stillWanted) => {
      if (marker !== undefined) onProgress(`${most + 1 - stillWanted} users of this account are read`);
      const page = await send('ListUsers', { Marker: marker, MaxItems: Math.min(LARGEST_PAGE, stillWanted) });
      return { items: page.Users, isTruncated: page.IsTruncated, marker: page.Marker };
    }, most + 1);
    return found.map(({ UserName, Path, CreateDate, PasswordLastUsed }) => ({
      UserName: UserName ?? null,
      Path: Path ?? null,
      CreateDate: CreateDate ? formatDate(CreateDate) : null,
      PasswordLastUsed: PasswordLastUsed ? formatDate(PasswordLastUsed) : null,
    }));
  },
});
