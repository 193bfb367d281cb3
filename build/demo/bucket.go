package main

import (
	"os"
	"os/exec"
	"path/filepath"

	"example.org/carnet/build/devserver"
	"example.org/carnet/sync/bucket"
)

// bucketServer is where the four laptops exchange, and what can be cut from them.
type bucketServer interface {
	open(d *demo) error
	remote() (bucket.Remote, error)
	cut() error
	restore() error
	close()
	words() string
}

// s3Bucket is versitygw on loopback, with its objects as plain files under the demonstration's folder.
type s3Bucket struct {
	dir, endpoint string
	stop          func()
}

const bucketName = "carnet"

func (b *s3Bucket) open(d *demo) error {
	if err := buildServer(d); err != nil {
		return err
	}
	b.dir = filepath.Join(d.folder, "s3")
	if err := os.MkdirAll(filepath.Join(b.dir, bucketName), 0o700); err != nil {
		return err
	}
	endpoint, stop, err := devserver.StartVersitygw(b.dir)
	if err != nil {
		return err
	}
	b.endpoint, b.stop = endpoint, stop
	d.say("an S3 server listens on %s (versitygw, objects in %s)", endpoint, b.dir)
	return nil
}

// buildServer builds versitygw when it is not there yet.
func buildServer(d *demo) error {
	if os.Getenv("CARNET_VERSITYGW") != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join("build", "tools", "bin", "versitygw")); err == nil {
		return nil
	}
	d.say("building the S3 server for development (once)")
	build := exec.Command(filepath.Join("build", "tools", "build.sh"), "s3")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	return build.Run()
}

func (b *s3Bucket) remote() (bucket.Remote, error) {
	remote, err := bucket.ParseRemote("s3://" + bucketName + "/reseau?endpoint=" + b.endpoint + "&insecure=1&region=us-east-1")
	remote.Credentials = bucket.Credentials{AccessKey: devserver.AccessKey, SecretKey: devserver.SecretKey}
	return remote, err
}

func (b *s3Bucket) cut() error {
	b.stop()
	b.stop = func() {}
	return nil
}

func (b *s3Bucket) restore() error {
	stop, err := devserver.StartVersitygwAt(b.dir, b.endpoint)
	if err == nil {
		b.stop = stop
	}
	return err
}

func (b *s3Bucket) close() {
	if b.stop != nil {
		b.stop()
	}
}

func (b *s3Bucket) words() string { return "s3" }

// folderBucket is a folder, as on a stick that is pulled out.
type folderBucket struct{ dir string }

func (b *folderBucket) open(d *demo) error {
	b.dir = filepath.Join(d.folder, "bucket")
	return os.MkdirAll(b.dir, 0o700)
}

func (b *folderBucket) remote() (bucket.Remote, error) {
	return bucket.ParseRemote("file://" + filepath.ToSlash(b.dir))
}

func (b *folderBucket) cut() error     { return os.Rename(b.dir, b.dir+".away") }
func (b *folderBucket) restore() error { return os.Rename(b.dir+".away", b.dir) }
func (b *folderBucket) close()         {}
func (b *folderBucket) words() string  { return "folder" }

// command is what starts the server again by hand.
func (b *s3Bucket) command() string {
	return "ROOT_ACCESS_KEY=" + devserver.AccessKey + " ROOT_SECRET_KEY=" + devserver.SecretKey +
		" build/tools/bin/versitygw --port " + b.endpoint + " posix demo/s3"
}
