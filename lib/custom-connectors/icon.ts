import { fail, ok, type Result } from "@/lib/kernel/result";

/** An icon as it is served: its bytes and the type that they really have. */
export interface Icon {
  readonly type: "image/png" | "image/jpeg" | "image/webp";
  readonly bytes: Uint8Array;
}

interface Picture {
  readonly type: Icon["type"];
  readonly width: number;
  readonly height: number;
}

/** Larger on any side, it would only be scaled down again. */
const MAX_SIDE = 1024;
const MAX_BYTES = 100 * 1024;

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** PNG (third edition) 11.2.1: the header chunk stands first. */
function png(bytes: Uint8Array, view: DataView): Picture | null {
  if (bytes.length < 33 || ascii(bytes, 1, 8) !== "PNG\r\n\x1a\n" || bytes[0] !== 0x89 || ascii(bytes, 12, 16) !== "IHDR")
    return null;
  return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** JPEG (ITU-T T.81): the frame header, SOF0 to SOF15 without DHT, JPG and DAC, says how large it is. */
function jpeg(bytes: Uint8Array, view: DataView): Picture | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: "image/jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** WebP (RFC 9649): lossy, lossless or extended. */
function webp(bytes: Uint8Array, view: DataView): Picture | null {
  if (bytes.length < 30 || ascii(bytes, 0, 4) !== "RIFF" || ascii(bytes, 8, 12) !== "WEBP") return null;
  const size = (width: number, height: number): Picture => ({ type: "image/webp", width, height });
  const kind = ascii(bytes, 12, 16);
  if (kind === "VP8 ") return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return size((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
  }
  const three = (at: number) => (view.getUint32(at, true) & 0xffffff) + 1;
  return kind === "VP8X" ? size(three(24), three(27)) : null;
}

/**
 * Reads the icon of a definition. In: its data URL. Out: bytes and the type that they show themselves to be, whatever the URL says.
 * Errors: `request.invalid` where they are no such picture, or a larger one than 100 KB or 1024 pixels on a side.
 */
export function readIcon(dataUrl: string): Result<Icon> {
  const text = /^data:image\/(?:png|jpeg|webp);base64,(.+)$/.exec(dataUrl)?.[1];
  const bytes = text === undefined ? new Uint8Array() : Uint8Array.from(Buffer.from(text, "base64"));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const picture = png(bytes, view) ?? jpeg(bytes, view) ?? webp(bytes, view);
  if (!picture) return fail("request.invalid", "The icon has to be a PNG, JPEG or WebP image.");
  if (bytes.length > MAX_BYTES) return fail("request.invalid", "The icon can have at most 100 KB.");
  const side = Math.max(picture.width, picture.height);
  if (side > MAX_SIDE || Math.min(picture.width, picture.height) < 1)
    return fail("request.invalid", `The icon can have at most ${MAX_SIDE} pixels on a side.`);
  return ok({ type: picture.type, bytes });
}

/**
 * The icon as part of a page, for who has no session that could fetch it. In: the data URL of a definition. Out: one with the type that
 * the bytes really have; null where there is no such picture.
 */
export function inlineIcon(dataUrl: string | undefined): string | null {
  const icon = dataUrl === undefined ? null : readIcon(dataUrl);
  return icon?.ok ? `data:${icon.value.type};base64,${Buffer.from(icon.value.bytes).toString("base64")}` : null;
}
