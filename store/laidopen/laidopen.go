// Package laidopen reads every file of a home as docs/FORMAT.md describes it, with its key and without the store: tests look in what it gives
// for words that must be nowhere. It knows of bytes alone, writes nothing in the home, and nothing but tests imports it.
package laidopen

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/chacha20poly1305"
)

// Home gives the store's files by their paths in the home, opened: payloads of journals, rows of local full snapshots, all versions of all rows of the view, the mark.
// What lies beside them in the folder is others'. An error says which file could not be opened whole.
func Home(dir string, key [32]byte) (map[string][]byte, error) {
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && name == "view":
			all[name], err = view(path, sub(key, "view"))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		base := strings.TrimSuffix(filepath.Base(name), ".new")
		switch {
		case strings.HasPrefix(base, "journal-"):
			data, err = frames(data, sub(key, "journal"), false)
		case strings.HasPrefix(base, "full-"):
			data, err = frames(data, sub(key, "full"), true)
		case base == "mark":
			data, err = mark(data, sub(key, "mark"))
		case base == "lock", strings.HasPrefix(base, "view-sums"), base == "problems.json": // plain as they are
		default:
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all[name] = data
		return nil
	})
	return all, err
}

func sub(key [32]byte, use string) []byte {
	k, err := hkdf.Key(sha256.New, key[:], nil, "carnet store 1 "+use, 32)
	if err != nil {
		panic(err) // a constant length
	}
	return k
}

const head = 4 + 4 + 8 + 24 + 4

// frames opens a row of frames; nothing may lie between them.
func frames(data, key []byte, packed bool) (all []byte, err error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer unpack.Close()
	for at := 0; at < len(data); {
		if len(data)-at < head || string(data[at:at+4]) != "CJF1" {
			return nil, fmt.Errorf("no frame at %d", at)
		}
		size := int(binary.BigEndian.Uint32(data[at+4:]))
		if len(data)-at-head < size {
			return nil, fmt.Errorf("cut at %d", at)
		}
		header, sealed := data[at:at+head], data[at+head:at+head+size]
		payload, err := aead.Open(nil, header[16:40], sealed, header)
		if err != nil {
			return nil, fmt.Errorf("frame at %d: %w", at, err)
		}
		if packed {
			if payload, err = unpack.DecodeAll(payload, nil); err != nil {
				return nil, fmt.Errorf("frame at %d: %w", at, err)
			}
		}
		all, at = append(all, payload...), at+head+size
	}
	return all, nil
}

func mark(data, key []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil || len(data) < 4+24+5 {
		return nil, fmt.Errorf("too short: %d bytes, %w", len(data), err)
	}
	end := len(data) - 5 // version and sum
	return aead.Open(nil, data[4:28], data[28:end], append([]byte("CMK1"), data[end]))
}

// view gives all rows of a copy of the database, those that were replaced or deleted too, as far as any table or log still has them.
func view(dir string, key []byte) (all []byte, err error) {
	for range 3 { // a table may be replaced while it is copied
		if all, err = viewOnce(dir, key); err == nil {
			return all, nil
		}
	}
	return nil, err
}

func viewOnce(dir string, key []byte) ([]byte, error) {
	room, err := os.MkdirTemp("", "carnet-laidopen-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(room)
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		all.Write(data) // as it lies there, too
		if f.Name() == "LOCK" {
			continue
		}
		if err := os.WriteFile(filepath.Join(room, f.Name()), data, 0o600); err != nil {
			return nil, err
		}
	}
	db, err := badger.Open(badger.DefaultOptions(room).WithLogger(nil).WithEncryptionKey(key).WithIndexCacheSize(16 << 20).WithMetricsEnabled(false).WithNumVersionsToKeep(1 << 30))
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	err = db.View(func(txn *badger.Txn) error {
		o := badger.DefaultIteratorOptions
		o.AllVersions = true
		rows := txn.NewIterator(o)
		defer rows.Close()
		for rows.Rewind(); rows.Valid(); rows.Next() {
			row := rows.Item()
			all.Write(row.Key())
			if err := row.Value(func(v []byte) error { all.Write(v); return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	return all.Bytes(), err
}
