package bucket

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzAPageIsReadAsItWasWrittenOrNotAtAll(f *testing.F) {
	f.Add(writePage(nil), "", "")
	f.Add(writePage([]Object{{"log/a", 1}, {"log/b", 0}}), "log/", "log/0")
	f.Add([]byte("carnet-list 1\n-1 log/a\nend\n"), "", "")
	f.Add([]byte("carnet-list 1\n1 ../x\nmore\n"), "", "")
	f.Add([]byte("carnet-list 1\nmore\n"), "", "")
	f.Fuzz(func(t *testing.T, page []byte, prefix, after string) {
		objects, more, err := parsePage(page, prefix, after)
		if err != nil {
			return
		}
		for _, o := range objects {
			if checkKey(o.Key) != nil || !strings.HasPrefix(o.Key, prefix) || o.Key <= after || o.Size < 0 {
				t.Errorf("%+v under %q after %q", o, prefix, after)
			}
			after = o.Key
		}
		if !more && len(objects) < maxPage && len(page) < maxPageBytes && !bytes.Equal(writePage(objects), page) {
			t.Errorf("%q has two spellings", page)
		}
	})
}

// FuzzRequestsStayInTheFolder sends whatever to the lender as one who may do everything.
func FuzzRequestsStayInTheFolder(f *testing.F) {
	for _, request := range []string{
		"GET /list?prefix=&after= HTTP/1.1\r\nHost: c\r\n\r\n",
		"GET /object?key=log/a HTTP/1.1\r\nHost: c\r\n\r\n",
		"PUT /object?key=log/b HTTP/1.1\r\nHost: c\r\nContent-Length: 3\r\n\r\nabc",
		"PUT /object?key=log/b HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"DELETE /object?key=log/b HTTP/1.1\r\nHost: c\r\n\r\n",
		"GET /object?key=../outside HTTP/1.1\r\nHost: c\r\n\r\n",
		"GET /object?key=log%2f..%2f..%2foutside HTTP/1.1\r\nHost: c\r\n\r\n",
		"PUT /object?key=..%5coutside HTTP/1.1\r\nHost: c\r\nContent-Length: 1\r\n\r\nx",
	} {
		f.Add([]byte(request))
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public()
	state := &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{PublicKey: key}}}
	around := f.TempDir()
	if err := os.WriteFile(filepath.Join(around, "outside"), []byte("private"), 0o600); err != nil {
		f.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(around, "lent"), 0o700); err != nil {
		f.Fatal(err)
	}
	l := &lender{places: make(chan struct{}, 1), paces: map[string]*laptopPace{}, Lending: Lending{
		Bucket: folderAt(filepath.Join(around, "lent")), Right: func(ed25519.PublicKey) Right { return MayDelete }}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return
		}
		clear(l.paces)
		request.TLS = state
		answer := httptest.NewRecorder()
		l.ServeHTTP(answer, request.WithContext(context.Background()))
		if bytes.Contains(answer.Body.Bytes(), []byte("private")) {
			t.Error("a file outside was read")
		}
		entries, err := os.ReadDir(around)
		if err != nil || len(entries) != 2 {
			t.Errorf("around the folder there are %v, %v", entries, err)
		}
		if kept, err := os.ReadFile(filepath.Join(around, "outside")); err != nil || string(kept) != "private" {
			t.Errorf("outside is %q, %v", kept, err)
		}
	})
}
