/** Zone data of another edition, made of the built-in one: the clocks of one zone are those of another. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { project } from './window.mjs';

/**
 * @typedef {{ name: string, method: number, sum: number, size: number, data: Buffer }} Entry
 * @param {Buffer} raw
 */
function entriesOf(raw) {
  const end = raw.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  /** @type {Entry[]} */
  const entries = [];
  let at = raw.readUInt32LE(end + 16);
  for (let left = raw.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, named, extra, note] = [at + 20, at + 28, at + 30, at + 32].map((from, n) =>
      n === 0 ? raw.readUInt32LE(from) : raw.readUInt16LE(from),
    );
    const local = raw.readUInt32LE(at + 42);
    const begins = local + 30 + raw.readUInt16LE(local + 26) + raw.readUInt16LE(local + 28);
    entries.push({
      name: raw.toString('utf8', at + 46, at + 46 + (named ?? 0)),
      method: raw.readUInt16LE(at + 10),
      sum: raw.readUInt32LE(at + 16),
      size: raw.readUInt32LE(at + 24),
      data: raw.subarray(begins, begins + (packed ?? 0)),
    });
    at += 46 + (named ?? 0) + (extra ?? 0) + (note ?? 0);
  }
  return entries;
}

/** What both heads of an entry say alike. @param {Entry} entry */
function facts(entry) {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(entry.method, 4);
  head.writeUInt16LE(0x21, 8);
  head.writeUInt32LE(entry.sum, 10);
  head.writeUInt32LE(entry.data.length, 14);
  head.writeUInt32LE(entry.size, 18);
  head.writeUInt16LE(Buffer.byteLength(entry.name), 22);
  return head;
}

/** @param {Entry[]} entries */
function archive(entries) {
  const bodies = [];
  const list = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const body = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts(entry), name, entry.data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    list.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts(entry), place, name);
    bodies.push(body);
    at += body.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...list, end]);
}

/**
 * @param {string} path
 * @param {string} edition as 2027c
 * @param {string} zone
 * @param {string} like
 */
export function newZones(path, edition, zone, like) {
  const entries = entriesOf(readFileSync(join(project, 'app/meetings/zones/zones.zip')));
  const other = entries.find((entry) => entry.name === like);
  const changed = entries.map((entry) => {
    if (entry.name === zone && other) return { ...other, name: zone };
    if (entry.name !== 'version') return entry;
    const data = Buffer.from(edition);
    return { name: 'version', method: 0, sum: crc32(data), size: data.length, data };
  });
  writeFileSync(path, archive(changed));
}
