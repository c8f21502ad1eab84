// Starts xlsx-worker.ts where nothing has been built: Node 20 does not load TypeScript, and takes no `--import tsx` for a
// worker thread. It is not part of the built program.
import { register } from 'tsx/esm/api';

register();
await import('./xlsx-worker.ts');
