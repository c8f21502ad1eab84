// The start is what every host waits for. What the first template or table needs is loaded with it, and not before.
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** The files of src/ that are loaded by the time the server answers. */
async function loadedAtStart(): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: ['src/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: 'unused',
  });
  const isServe = (path: string) => path === 'src/serve.ts';
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind } of metafile.inputs[path]?.imports ?? []) {
      if (next.startsWith('src/') && (kind === 'import-statement' || isServe(next))) load(next);
    }
  };
  load('src/main.ts');
  return loaded;
}

it('loads neither the parser of templates nor what reads tables before it serves', async () => {
  const loaded = await loadedAtStart();
  expect(loaded).toContain('src/serve.ts');
  expect(loaded).toContain('src/templates/render.ts');
  const early = [...loaded].filter((path) => /^src\/(templates\/(language|functions)|table|sandbox)\//.test(path));
  // A name has to be written so that a template finds it; and where files are is in the instructions.
  expect(early.sort()).toEqual([
    'src/table/files-folder.ts',
    'src/templates/language/literals.ts',
    'src/templates/language/names-of-the-engine.ts',
  ]);
});
