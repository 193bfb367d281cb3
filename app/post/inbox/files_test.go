package inbox

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/carnet/store/fault"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func all(t *testing.T, from Source) (mails []string) {
	t.Helper()
	for {
		some, err := from.Next(context.Background())
		for _, one := range some {
			mails = append(mails, string(one))
		}
		if err == io.EOF {
			return mails
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func opened(t *testing.T, paths ...string) Source {
	t.Helper()
	from, err := OpenFiles(paths...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = from.Close() })
	return from
}

func TestAnMboxIsReadMailByMail(t *testing.T) {
	text := "From a@example.org Mon Nov 23 12:00:00 2026\nSubject: 1\n\nFrom here on, no mail begins at 10:30 in 2026\n>From there\n\nFrom b@example.org Tue Nov 24 09:00:00 2026\r\nSubject: 2\r\n\r\nx"
	got := all(t, opened(t, write(t, filepath.Join(t.TempDir(), "mbox"), text)))
	if len(got) != 2 || got[0] != "Subject: 1\n\nFrom here on, no mail begins at 10:30 in 2026\nFrom there\n\n" || !strings.HasPrefix(got[1], "Subject: 2\r\n") {
		t.Errorf("%q", got)
	}
}

func TestAFolderIsReadFileByFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/new/1.eml", "Subject: 1\n\n")
	write(t, dir+"/cur/2", "Subject: 2\n\n")
	write(t, dir+"/.hidden/3", "Subject: 3\n\n")
	write(t, dir+"/.4", "Subject: 4\n\n")
	write(t, dir+"/empty", "")
	if err := os.Symlink("/etc/passwd", dir+"/link"); err != nil {
		t.Fatal(err)
	}
	if got := all(t, opened(t, dir)); len(got) != 2 {
		t.Errorf("%q", got)
	}
	if _, err := OpenFiles(dir + "/nothing"); !fault.Is(err, "file_unreadable") {
		t.Error(err)
	}
}

func TestAMailThatIsTooLargeIsShownAndNotRead(t *testing.T) {
	i := office(t)
	large := "From: noah@example.org\nSubject: Photos\n\n" + strings.Repeat("x", mailLimit)
	path := write(t, filepath.Join(t.TempDir(), "large.eml"), large)
	r, err := i.Read(context.Background(), opened(t, path))
	if list := waiting(t, i); err != nil || r.Unreadable != 1 || len(list) != 1 || list[0].What != "unreadable large" || list[0].Member != "mem_noah" {
		t.Errorf("%+v %+v %v", r, list, err)
	}
}

func TestNoBytesEndTheReading(t *testing.T) {
	i := office(t)
	nested := "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: multipart/mixed; boundary=b\n\n", 200)
	for _, text := range []string{"\x00\xff\xfe", "From \n", "Subject: x", ":\n:\n", "Content-Type: multipart/report; boundary=\"\"\n\n--", nested, "From: " + strings.Repeat("<", 10000),
		"Content-Type: text/plain; charset=x-nobody\nContent-Transfer-Encoding: x-none\nFrom: a@example.org\n\n\xff", "From: =?x?y?z?=\nDate: never\nSubject: =?utf-8?b?!!?=\n\n",
		strings.Repeat("A: b\n", 100000)} {
		if r := take(t, i, text); r.Read != 1 {
			t.Errorf("%.40q: %+v", text, r)
		}
	}
}

func FuzzMail(f *testing.F) {
	f.Add([]byte(answerOf{from: elise, uid: uid(call.ID), part: "ACCEPTED"}.mail()))
	f.Add([]byte(bounceMail("noah@example.org", "failed", "5.1.1", "550 no")))
	f.Add([]byte("From: a@example.org\nContent-Type: text/html\n\n<p>Hello<script>x</script>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := read(raw)
		if again := read(raw); again.id != l.id || len([]rune(l.text)) > shownLimit+1 || strings.ContainsRune(l.text, 0) {
			t.Errorf("%+v", l)
		}
		wantsOut(l)
	})
}

func FuzzReport(f *testing.F) {
	f.Add([]byte("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; <a@example.org>\r\nAction: failed\r\nStatus: 5.1.1 (no)\r\nDiagnostic-Code: smtp; 550\r\n more\r\n"))
	f.Add([]byte(" x\n:\n\n\n;\nAction:failed\nFinal-Recipient:;\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, v := range readReport(raw) {
			if len(v.addresses) == 0 || v.hard() && !v.bad() {
				t.Errorf("%+v", v)
			}
		}
	})
}

func FuzzMbox(f *testing.F) {
	f.Add([]byte("From a@example.org Mon Nov 23 12:00:00 2026\nSubject: 1\n\n>From x\n\nFrom b@example.org Tue Nov 24 09:00:00 2026\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "m")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		from, err := OpenFiles(path)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, one := range all(t, from) {
			size += len(one)
		}
		if size > len(raw) || !bytes.Contains(raw, []byte("\n")) && len(raw) > 0 && !envelope.Match(raw) && size != len(raw) {
			t.Errorf("%d of %d bytes", size, len(raw))
		}
	})
}
