// The page's style and script. From source they are read from their files; in the built program they take this one's place.
import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

export const STYLE = read('./page.css');
export const SCRIPT = read('./page.js');
