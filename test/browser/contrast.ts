// How well texts can be read: by the colours that the browser has come to, since axe has let low contrast pass.
import type { Page as Tab } from 'playwright-core';

// WCAG 2, level AA, for text of any size.
const LEAST = 4.5;

interface Coloured {
  text: string;
  colour: string;
  backs: string[];
}

/** @returns the texts that have too little of it, with how much */
export async function lowContrasts(tab: Tab): Promise<string[]> {
  const all = (await tab.evaluate(COLOURED)) as Coloured[];
  if (all.length < 10) throw new Error(`only ${all.length} texts were found`);
  return all.flatMap(({ text, colour, backs }) => {
    const ratio = contrast(rgb(colour), rgb(backs.find((back) => !isClear(back)) ?? 'rgb(255, 255, 255)'));
    return ratio < LEAST ? [`${text.slice(0, 60)}: ${ratio.toFixed(2)}`] : [];
  });
}

// In the page: each text that can be seen, its colour, and what is behind it, from the inside out.
const COLOURED = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest('script, noscript')) continue;
    const style = getComputedStyle(element);
    const backs = [];
    for (let each = element; each; each = each.parentElement) backs.push(getComputedStyle(each).backgroundColor);
    found.push({ text, colour: element.closest('svg') ? style.fill : style.color, backs });
  }
  return found;
})()`;

const isClear = (colour: string) => colour === 'rgba(0, 0, 0, 0)' || colour === 'transparent';

function rgb(colour: string): number[] {
  const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  if (!/^rgb\(/.test(colour) || numbers.length !== 3) throw new Error(`no plain colour: ${colour}`);
  return numbers;
}

function contrast(a: number[], b: number[]): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
