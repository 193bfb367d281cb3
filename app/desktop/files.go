package desktop

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"example.org/carnet/store/fault"
)

const uploadLimit = 256 << 20 // bytes

// uploads are files that the window handed over, kept in a private temporary folder until used.
type uploads struct {
	mu     sync.Mutex
	folder string
	byID   map[string]upload
}

type upload struct{ path, name string }

// Files answers what the asset server does not have: POST /upload?name=… takes the bytes of a
// dropped or chosen file and answers with an id for PreviewMembers and its like.
func (d *Desktop) Files() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /upload", func(w http.ResponseWriter, r *http.Request) {
		id, err := d.uploads.take(filepath.Base(r.URL.Query().Get("name")), http.MaxBytesReader(w, r.Body, uploadLimit))
		if err != nil {
			d.log.Warn("an upload failed", "error", err)
			http.Error(w, d.FormatError(err).(string), http.StatusRequestEntityTooLarge)
			return
		}
		io.WriteString(w, id)
	})
	return mux
}

func (u *uploads) take(name string, body io.Reader) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.begin(); err != nil {
		return "", err
	}
	id := randomName()
	path := filepath.Join(u.folder, id+strings.ToLower(filepath.Ext(name)))
	if err := saveUpload(path, body); err != nil {
		os.Remove(path)
		return "", err
	}
	u.byID[id] = upload{path, name}
	return id, nil
}

// begin makes the folder when there is none.
func (u *uploads) begin() error {
	if u.folder != "" {
		return nil
	}
	folder, err := os.MkdirTemp("", "carnet-upload-")
	if err != nil {
		return fault.New("disk_full").Because(err)
	}
	u.folder, u.byID = folder, map[string]upload{}
	return nil
}

// place gives a path in a folder of its own for a file that is only to be looked at; it goes with the uploads.
func (u *uploads) place(name string) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.begin(); err != nil {
		return "", err
	}
	folder := filepath.Join(u.folder, randomName())
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", fault.New("disk_full").Because(err)
	}
	return filepath.Join(folder, name), nil
}

func saveUpload(path string, body io.Reader) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.New("disk_full").Because(err)
	}
	defer file.Close()
	if _, err := io.Copy(file, body); err != nil {
		return fault.New("file_too_large").Because(err)
	}
	return nil
}

func randomName() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return hex.EncodeToString(raw[:])
}

// find gives the path and first name of an uploaded file.
func (u *uploads) find(id string) (upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if found, ok := u.byID[id]; ok {
		return found, nil
	}
	return upload{}, fault.New("upload_gone")
}

// clear forgets all uploaded files.
func (u *uploads) clear() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.folder != "" {
		os.RemoveAll(u.folder)
	}
	u.folder, u.byID = "", nil
}
