// Draws build/resources/icon.svg in every size and container that the packages want: `node build/icons.mjs`.
// The results are in the repository: packaging fetches no tool for it. Wants a Chromium: $CHROMIUM, or Debian's.
import { Buffer } from 'node:buffer';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright';

const RESOURCES = new URL('./resources/', import.meta.url);
/** Linux desktops look for these. */
const SET = [16, 32, 48, 64, 128, 256, 512];
const ICO = [16, 32, 48, 256];
/** Names of Apple's container for PNG images of these sizes. */
const ICNS = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
];

const svg = readFileSync(new URL('icon.svg', RESOURCES), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();

async function png(size) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>html,body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  return page.screenshot({ omitBackground: true });
}

/** Directory of images, then the images (PNG is allowed since Windows Vista); 256 is written as 0. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, bytes }, index) => {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...images.map(({ bytes }) => bytes)]);
}

/** Chunks of a name, a length and an image. */
function icns(images) {
  const chunks = images.map(({ name, bytes }) => chunk(name, bytes));
  return chunk('icns', Buffer.concat(chunks));
}

function chunk(name, bytes) {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(bytes.length + 8, 4);
  return Buffer.concat([head, bytes]);
}

const images = new Map();
for (const size of new Set([...SET, ...ICO, ...ICNS.map(([, wanted]) => wanted)]))
  images.set(size, await png(size));
await browser.close();

mkdirSync(new URL('icons/', RESOURCES), { recursive: true });
for (const size of SET) writeFileSync(new URL(`icons/${size}x${size}.png`, RESOURCES), images.get(size));
writeFileSync(new URL('icon.ico', RESOURCES), ico(ICO.map((size) => ({ size, bytes: images.get(size) }))));
writeFileSync(
  new URL('icon.icns', RESOURCES),
  icns(ICNS.map(([name, size]) => ({ name, bytes: images.get(size) }))),
);
