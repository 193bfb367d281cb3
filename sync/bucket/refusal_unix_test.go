//go:build unix

package bucket

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/minio/minio-go/v7"

	"example.org/carnet/store/fault"
)

func TestWhatAFolderRefusesIsNamed(t *testing.T) {
	f := folderAt("/srv/carnet")
	wrapped := func(err error) error { return &os.PathError{Op: "write", Path: "x", Err: err} }
	for name, row := range map[string]struct {
		err     error
		writing bool
		code    string
	}{
		"a full disk":              {wrapped(syscall.ENOSPC), true, "bucket_full"},
		"a used-up quota":          {wrapped(syscall.EDQUOT), true, "bucket_full"},
		"a write-protected stick":  {wrapped(syscall.EROFS), true, "bucket_read_only"},
		"no right to write":        {wrapped(fs.ErrPermission), true, "bucket_read_only"},
		"no right to read":         {wrapped(fs.ErrPermission), false, "bucket_refused"},
		"a folder that is gone":    {errNoFolder, false, "bucket_missing"},
		"a drive with a bad block": {wrapped(syscall.EIO), false, "bucket_unreachable"},
	} {
		if err := f.refusal(row.err, row.writing); !fault.Is(err, row.code) || !errors.Is(err, row.err) {
			t.Errorf("%s: %v, want %s", name, err, row.code)
		}
	}
}

func TestWhatAServiceRefusesIsNamed(t *testing.T) {
	for code, row := range map[string]struct {
		answer  minio.ErrorResponse
		writing bool
	}{
		"bucket_missing":     {minio.ErrorResponse{Code: "NoSuchBucket", StatusCode: 404}, false},
		"bucket_refused":     {minio.ErrorResponse{Code: "AccessDenied", StatusCode: 403}, false},
		"bucket_read_only":   {minio.ErrorResponse{Code: "AccessDenied", StatusCode: 403}, true},
		"bucket_full":        {minio.ErrorResponse{Code: "QuotaExceeded", StatusCode: 400}, true},
		"clock_refused":      {minio.ErrorResponse{Code: "RequestTimeTooSkewed", StatusCode: 403}, true},
		"bucket_unreachable": {minio.ErrorResponse{Code: "SlowDown", StatusCode: 503}, true},
	} {
		if got := refusalCode(row.answer, row.answer, row.writing); got != code {
			t.Errorf("%s is taken for %s", row.answer.Code, got)
		}
	}
}

func TestAServicesWordsDoNotReachErrors(t *testing.T) {
	answer := minio.ErrorResponse{Code: "SignatureDoesNotMatch", Message: "StringToSign AKIA hunter2", StatusCode: 403}
	if text := fmt.Sprint(redact(answer, answer)); text != "SignatureDoesNotMatch" {
		t.Errorf("kept %q", text)
	}
}
