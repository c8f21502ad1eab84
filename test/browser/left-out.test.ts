import { it } from 'vitest';

it.skip('The page in a real browser is left out here: npm run test:browser', () => {});
