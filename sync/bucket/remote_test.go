package bucket_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

func TestAddressesAreReadAndWrittenBack(t *testing.T) {
	for address, want := range map[string]bucket.Remote{
		"file:///srv/carnet":                                   {Kind: bucket.Folder, Path: "/srv/carnet"},
		"lan://10.0.0.2:7411":                                  {Kind: bucket.LAN, Endpoint: "10.0.0.2:7411"},
		"lan://[fe80::1%eth0]:7411":                            {Kind: bucket.LAN, Endpoint: "[fe80::1%eth0]:7411"},
		"file:///media/ana/CL%C3%89%20USB":                     {Kind: bucket.Folder, Path: "/media/ana/CLÉ USB"},
		"file:///srv/what%3F%23":                               {Kind: bucket.Folder, Path: "/srv/what?#"},
		"s3://climat":                                          {Kind: bucket.S3, Bucket: "climat", Endpoint: "s3.amazonaws.com", Region: "us-east-1"},
		"s3://climat/net/a?region=ca-east1":                    {Kind: bucket.S3, Bucket: "climat", Prefix: "net/a", Endpoint: "s3.amazonaws.com", Region: "ca-east1"},
		"s3://climat/net?endpoint=127.0.0.1%3A7070&insecure=1": {Kind: bucket.S3, Bucket: "climat", Prefix: "net", Endpoint: "127.0.0.1:7070", Region: "us-east-1", Insecure: true},
		"s3://climat?ca=%2Fetc%2Fown.pem&profile=climat&proxy=http%3A%2F%2Fproxy%3A3128&style=host": {Kind: bucket.S3, Bucket: "climat", Endpoint: "s3.amazonaws.com", Region: "us-east-1",
			Style: "host", CA: "/etc/own.pem", Profile: "climat", Proxy: "http://proxy:3128"},
		"s3://climat/net?endpoint=%5B%3A%3A1%5D%3A7070": {Kind: bucket.S3, Bucket: "climat", Prefix: "net", Endpoint: "[::1]:7070", Region: "us-east-1"},
	} {
		got, err := bucket.ParseRemote(address)
		if err != nil || got != want {
			t.Errorf("ParseRemote(%q) = %+v, %v", address, got, err)
		}
		if got.String() != address {
			t.Errorf("%q is written back as %q", address, got)
		}
	}
}

func TestAddressesAsPeopleWriteThem(t *testing.T) {
	for address, want := range map[string]string{
		" file:///srv/carnet/ ":                        "file:///srv/carnet",
		"lan://portable-ana.local":                     "lan://portable-ana.local:7411",
		"LAN://10.0.0.2/":                              "lan://10.0.0.2:7411",
		"lan://[fd00::2]":                              "lan://[fd00::2]:7411",
		"file://localhost/srv/carnet":                  "file:///srv/carnet",
		"FILE:///srv/CLÉ USB":                          "file:///srv/CL%C3%89%20USB",
		"/srv/carnet":                                  "file:///srv/carnet",
		"s3://climat/net/?endpoint=minio.example.org":  "s3://climat/net?endpoint=minio.example.org",
		"s3://climat/net?insecure=0&endpoint=h:1":      "s3://climat/net?endpoint=h%3A1",
		"s3://climat/net?endpoint=s3.example.org:9000": "s3://climat/net?endpoint=s3.example.org%3A9000",
	} {
		got, err := bucket.ParseRemote(address)
		if err != nil || got.String() != want {
			t.Errorf("ParseRemote(%q) = %q, %v, want %q", address, got, err, want)
		}
	}
}

func TestWindowsDrivesAreFolders(t *testing.T) {
	for _, address := range []string{"file:///C:/Carnet/bucket", `file:///C:\Carnet\bucket`} {
		got, err := bucket.ParseRemote(address)
		if err != nil || filepath.ToSlash(got.Path) != "C:/Carnet/bucket" {
			t.Errorf("ParseRemote(%q) = %+v, %v", address, got, err)
		}
		if got.String() != "file:///C:/Carnet/bucket" {
			t.Errorf("written back as %q", got)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	addresses := []string{
		"", "climat", "http://example.org/x", "s3://", "s3:///prefix", "s3://Climat", "s3://a", "s3://climat/../x",
		"s3://climat?endpoint=", "s3://climat?endpoint=http://h", "s3://climat?endpoint=h/p", "s3://climat?insecure=maybe", "s3://climat?region=",
		"lan://", "lan://:7411", "lan://host:0", "lan://host:070", "lan://host:99999", "lan://a b:1", "lan://host:1/x", "lan://u:p@host:1", "lan://-x:1", "lan://a%eth0:1",
		"s3://climat?style=odd", "s3://climat?ca=own.pem", "s3://climat?profile=%0A", "s3://climat?profile=", "s3://climat?proxy=ftp://h:1", "s3://climat?proxy=http://u:p@h:1", "s3://climat?proxy=http://h:1/x",
		"s3://climat?unknown=1", "s3://climat?region=a&region=b", "s3://climat#x", "s3://climat?endpoint=a%zz", "file://", "relative/folder", "s3://cli\nmat",
	}
	if runtime.GOOS != "windows" {
		addresses = append(addresses, "file://server/share")
	}
	for _, address := range addresses {
		if got, err := bucket.ParseRemote(address); !fault.Is(err, "bad_remote") {
			t.Errorf("ParseRemote(%q) = %+v, %v", address, got, err)
		}
	}
}

func TestSecretsInAnAddressAreRefusedAndNotRepeated(t *testing.T) {
	_, err := bucket.ParseRemote("s3://AKIA:hunter2@climat/net")
	wantFault(t, err, "remote_has_secret")
	for _, address := range []string{"s3://AKIA:hunter2@climat/net", "s3://AKIA:hunter2@cli mat", "ftp://AKIA:hunter2@climat"} {
		if _, err := bucket.ParseRemote(address); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestCredentialsNeverPrint(t *testing.T) {
	remote := bucket.Remote{Kind: bucket.S3, Bucket: "climat", Credentials: bucket.Credentials{AccessKey: "AKIA", SecretKey: "hunter2"}}
	for _, format := range []string{"%s", "%v", "%+v", "%#v", "%q"} {
		for _, value := range []any{remote, &remote, remote.Credentials, struct{ R bucket.Remote }{remote}} {
			if text := fmt.Sprintf(format, value); strings.Contains(text, "hunter2") {
				t.Errorf("%s prints %s", format, text)
			}
		}
	}
}

func FuzzAddressesNeverPanicAndSurviveAWrite(f *testing.F) {
	for _, address := range []string{"file:///srv/x", "s3://climat/net?endpoint=h:1&insecure=1&region=r", "s3://a:b@c", "C:\\x", "file://%", "lan://[::1%x]:1", "lan://h", "s3://climat/%2e%2e"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		remote, err := bucket.ParseRemote(address)
		if err != nil {
			return
		}
		again, err := bucket.ParseRemote(remote.String())
		if err != nil || again != remote {
			t.Errorf("%q is %+v; written as %q it is %+v, %v", address, remote, remote, again, err)
		}
	})
}
