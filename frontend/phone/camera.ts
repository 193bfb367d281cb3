/** Reads codes from the phone's camera. The reader (zxing-wasm) comes from the laptop, and only when somebody asks for it. */
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { badgeCode } from '../src/screens/door/code';

export type Reader = (picture: ImageData) => Promise<string[]>;

let reader: Promise<Reader> | undefined;

/** Loads the reader once; fails while the laptop does not answer. */
export function loadReader(): Promise<Reader> {
  reader ??= load().catch((thrown: unknown) => {
    reader = undefined;
    throw thrown;
  });
  return reader;
}

async function load(): Promise<Reader> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (picture) => {
    const found = await readBarcodes(picture, { formats: ['QRCode'], maxNumberOfSymbols: 4 });
    return found.map((one) => one.text);
  };
}

const widest = 960; // pixels that are looked at: enough for a badge at arm's length
const between = 90; // ms between pictures
const same = 3000; // ms for which one code is one scan

/** Watches a video and tells of each badge that comes into it, until `stop` is called. */
export function watch(
  video: HTMLVideoElement,
  read: Reader,
  seen: (code: string) => void,
): { stop: () => void } {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const last = new Map<string, number>();
  let running = true;

  async function look(): Promise<void> {
    const scale = Math.min(1, widest / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!pen || canvas.width === 0 || canvas.height === 0) return;
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    for (const text of await read(pen.getImageData(0, 0, canvas.width, canvas.height))) {
      const code = badgeCode(text) ?? text;
      const now = performance.now();
      const before = last.get(code) ?? -same;
      last.set(code, now);
      if (now - before >= same && running) seen(code);
    }
  }

  void (async () => {
    while (running) {
      await look().catch(() => undefined); // a picture that cannot be read is followed by another
      await new Promise((resolve) => setTimeout(resolve, between));
    }
  })();
  return { stop: () => (running = false) };
}
