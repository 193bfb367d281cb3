package bucket_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/bucket/buckettest"
)

func openFolder(t *testing.T, path string) bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(bucket.Remote{Kind: bucket.Folder, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFolderKeepsThePromiseOfABucket(t *testing.T) {
	paths := map[string]string{}
	buckettest.Run(t, func(t *testing.T, name string) bucket.Bucket {
		if paths[name] == "" {
			paths[name] = t.TempDir()
		}
		return openFolder(t, paths[name])
	})
}

func TestAFolderThatIsNotThereIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stick")
	b := openFolder(t, path)
	_, err := b.List(context.Background(), "", "")
	wantFault(t, err, "bucket_missing")
	wantFault(t, b.Put(context.Background(), "log/one", []byte("x")), "bucket_missing")
	if _, err := os.Stat(path); err == nil {
		t.Error("a folder was made where a stick should have been")
	}
	if err := bucket.Prepare(bucket.Remote{Kind: bucket.Folder, Path: path}); err != nil {
		t.Errorf("a person chose the folder: %v", err)
	}
	if err := b.Put(context.Background(), "log/one", []byte("x")); err != nil {
		t.Errorf("after it was chosen: %v", err)
	}
	deeper := bucket.Remote{Kind: bucket.Folder, Path: filepath.Join(path, "not", "there")}
	wantFault(t, bucket.Prepare(deeper), "bucket_missing")
}

func TestFilesThatAreStillBeingCopiedAreNotListed(t *testing.T) {
	path := t.TempDir()
	b := openFolder(t, path)
	for _, name := range []string{".a.tmp", "b.part", "c.crdownload", "~d", "e~", ".DS_Store", "whole"} {
		write(t, filepath.Join(path, "log", name))
	}
	page, err := b.List(context.Background(), "log/", "")
	if err != nil || len(page.Objects) != 1 || page.Objects[0].Key != "log/whole" {
		t.Errorf("listed %v, %v", page.Objects, err)
	}
	if !page.ServerTime.IsZero() {
		t.Error("a folder has no clock of its own")
	}
}

func TestLinksDoNotLeadOutOfAFolder(t *testing.T) {
	outside, path := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "private"))
	for link, target := range map[string]string{"one": filepath.Join(outside, "private"), "log": outside} {
		if err := os.Symlink(target, filepath.Join(path, link)); err != nil {
			t.Fatal(err)
		}
	}
	b := openFolder(t, path)
	_, err := b.Get(context.Background(), "one", 100)
	wantFault(t, err, "object_missing")
	if _, err := b.Get(context.Background(), "log/private", 100); err == nil {
		t.Error("a file outside was read through a linked folder")
	}
	if err := b.Put(context.Background(), "log/new", []byte("x")); err == nil {
		t.Error("a file outside was written through a linked folder")
	}
	if page, err := b.List(context.Background(), "", ""); err != nil || len(page.Objects) != 0 {
		t.Errorf("links were listed: %v, %v", page.Objects, err)
	}
}

func TestAFileInPlaceOfTheFolderIsAMissingBucket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	write(t, path)
	_, err := openFolder(t, path).List(context.Background(), "", "")
	wantFault(t, err, "bucket_missing")
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want the fault %s", err, code)
	}
}
