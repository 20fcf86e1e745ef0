// Pictures from files of every kind that is read, and what is said about the others.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { formatOf } from "./format.ts";
import { isImageFailure, type Picture, reductionOf } from "./picture.ts";
import { readPicture, writePng } from "./sharp.ts";

const [width, height] = [40, 20];
const pixels = new Uint8Array(3 * width * height).map((_, at) => (at * 7) % 256);
const base = () => sharp(pixels, { raw: { width, height, channels: 3 } });

async function read(bytes: Uint8Array): Promise<Picture> {
  const picture = await readPicture(bytes);
  if (isImageFailure(picture)) throw new Error(picture.message);
  return picture;
}

const message = async (bytes: Uint8Array) => {
  const answer = await readPicture(bytes);
  return isImageFailure(answer) ? answer.message : "";
};

describe("a picture without loss is read as it is", () => {
  it.each([
    ["PNG", () => base().png()],
    ["WebP", () => base().webp({ lossless: true })],
    ["AVIF", () => base().avif({ lossless: true })],
    ["16 bits", () => base().toColourspace("rgb16").png()],
    ["opaque", () => base().ensureAlpha(1).png()],
  ])("%s", async (_, write) => {
    const picture = await read(await write().toBuffer());
    expect(picture).toEqual({ height, width, pixels, seen: { height, width } });
  });
});

describe("other kinds become three channels of 8 bits", () => {
  const first = async (bytes: Uint8Array) => [...(await read(bytes)).pixels.slice(0, 3)];
  it("grey, of 8 and 16 bits", async () => {
    expect(await first(await base().greyscale().png().toBuffer())).toEqual([6, 6, 6]);
    const levels = { raw: { width, height, channels: 1 as const } };
    const deep = sharp(new Uint16Array(width * height).fill(30000), levels).toColourspace("grey16");
    expect(await first(await deep.png().toBuffer())).toEqual([117, 117, 117]);
  });
  it("CMYK", async () => {
    const whole = { width, height, channels: 3 as const, background: "#ff0000" };
    const [red = 0, green = 0, blue = 0] = await first(
      await sharp({ create: whole }).toColourspace("cmyk").jpeg().toBuffer(),
    );
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green, blue)).toBeLessThan(60);
  });
  it("what is transparent is white", async () => {
    expect(await first(await base().ensureAlpha(0).png().toBuffer())).toEqual([255, 255, 255]);
  });
  it("the first frame of a GIF", async () => {
    const frames = ["#ff0000", "#00ff00"].map((background) =>
      sharp({ create: { width: 4, height: 4, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    const gif = await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toBuffer();
    const picture = await read(gif);
    expect(picture).toMatchObject({ height: 4, width: 4 });
    expect([...picture.pixels.slice(0, 3)]).toEqual([255, 0, 0]);
  });
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])("EXIF orientation %i is applied", async (orientation) => {
  // One white corner, above on the left once it is turned.
  const rows = new Uint8Array(3 * 16 * 32);
  const turned = await sharp(rows, { raw: { width: 32, height: 16, channels: 3 } })
    .composite([
      {
        input: { create: { width: 8, height: 8, channels: 3, background: "#ffffff" } },
        left: [0, 0, 24, 24, 0, 0, 0, 24, 24][orientation] ?? 0,
        top: [0, 0, 0, 8, 8, 0, 8, 8, 0][orientation] ?? 0,
      },
    ])
    .withMetadata({ orientation })
    .jpeg({ quality: 100 })
    .toBuffer();
  const picture = await read(turned);
  expect([picture.height, picture.width]).toEqual(orientation < 5 ? [16, 32] : [32, 16]);
  expect(picture.pixels[0]).toBeGreaterThan(200);
  expect(picture.pixels.at(-1)).toBeLessThan(50);
});

describe("a very large picture", () => {
  it("is read at a size that the network needs", async () => {
    const create = { width: 6000, height: 6000, channels: 3 as const, background: "#808080" };
    const picture = await readPicture(await sharp({ create }).jpeg().toBuffer(), { height: 512, width: 512 });
    expect(picture).toMatchObject({ height: 1500, width: 1500, seen: { height: 6000, width: 6000 } });
  });
  it("and any other is not read smaller than twice that", () => {
    const need = { height: 512, width: 1024 };
    expect(reductionOf({ height: 4000, width: 8000 }, need)).toBe(1);
    expect(reductionOf({ height: 5000, width: 8000 }, need)).toBe(4);
    expect(reductionOf({ height: 10, width: 20_000_000 }, need)).toBe(8192);
    expect(reductionOf({ height: 10000, width: 10000 }, { height: 9000, width: 9000 })).toBe(2);
    expect(reductionOf({ height: 10000, width: 10000 }, undefined)).toBe(2);
  });
});

describe("what is no picture is told so", () => {
  it("by its first bytes", () => {
    const kind = (text: string) => formatOf(Buffer.from(text, "latin1"));
    expect(kind("\xff\xd8\xff\xe0")).toBe("JPEG");
    expect(kind("....ftypavif")).toBe("AVIF");
    expect(kind("....ftypheic")).toEqual({ other: "a HEIC" });
    expect(kind("RIFF....WAVE")).toEqual({ other: "no image of a known kind" });
  });
  it("an SVG, which could ask for other files", async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>`;
    expect(await message(Buffer.from(svg))).toMatch(/^is an SVG or another text; images are JPEG, PNG/);
    expect(await message(Buffer.from(`\n<?xml version="1.0"?>${svg}`))).toMatch(/^is an SVG/);
  });
  it("nothing, half of a file, a header alone", async () => {
    expect(await message(new Uint8Array(0))).toMatch(/^is an empty file/);
    for (const whole of [await base().jpeg().toBuffer(), await base().png().toBuffer()])
      for (const length of [20, whole.length / 2])
        expect(await message(whole.subarray(0, length))).toMatch(/^cannot be read as (JPEG|PNG): ./);
  });
  it("a small file of very many pixels", async () => {
    const bomb = Buffer.from(await base().png().toBuffer());
    for (const at of [16, 20]) bomb.writeUInt32BE(20000, at);
    bomb.writeUInt32BE(checksum(bomb.subarray(12, 29)), 29);
    expect(await message(bomb)).toBe("is 20000 x 20000 pixels: more than the 256 million that are read");
  });
});

/** As a chunk of a PNG ends: CRC-32. */
function checksum(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

it("writes PNG files: colours, levels of 8 and 16 bits, drawings", async () => {
  const back = async (bytes: unknown) => sharp(bytes as Uint8Array).metadata();
  const size = { height, width };
  expect(await back(await writePng({ ...size, pixels, channels: 3 }))).toMatchObject({ channels: 3, depth: "uchar" });
  const one = new Uint8Array(width * height).fill(255);
  expect(await back(await writePng({ ...size, pixels: one, channels: 1 }))).toMatchObject({
    space: "b-w",
    channels: 1,
  });
  const many = await writePng({ ...size, pixels: new Uint16Array(width * height).fill(300), channels: 1 });
  expect(await back(many)).toMatchObject({ space: "grey16", depth: "ushort" });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#00ff00"/></svg>`;
  const drawn = await writePng({ ...size, pixels, channels: 3, drawing });
  expect([...(await read(drawn as Uint8Array)).pixels.slice(0, 3)]).toEqual([0, 255, 0]);
});
