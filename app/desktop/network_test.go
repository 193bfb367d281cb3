package desktop

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

// quietShell is a window system that nobody looks at.
type quietShell struct {
	mu     sync.Mutex
	saveTo string // what the person chooses in a dialog
	events map[string]int
}

func (s *quietShell) Emit(event string, _ ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events[event]++
}

func (s *quietShell) SaveFile(string) (string, error) { return s.saveTo, nil }
func (s *quietShell) ChooseFolder() (string, error)   { return s.saveTo, nil }
func (s *quietShell) OpenLink(string)                 {}
func (s *quietShell) OpenFile(string) error           { return nil }
func (s *quietShell) Quit()                           {}

// openWindow gives the bound parts of a window on a home that is not there yet.
func openWindow(t *testing.T, lang string) (*Session, *Network) {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir()) // no session bus, so no keychain
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("CARNET_PASSPHRASE", "")
	d := New(filepath.Join(t.TempDir(), "home"), lang, &quietShell{events: map[string]int{}}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	d.ctx = ctx
	t.Cleanup(func() { cancel(); d.Close() })
	return &Session{d}, &Network{d}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// until asks the rail again and again, as the window does when it hears of a change.
func until(t *testing.T, s *Session, state string) Sync {
	t.Helper()
	var rail Rail
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if rail = must[Rail](t)(s.Rail()); rail.Sync.State == state {
			return rail.Sync
		}
	}
	t.Fatalf("the exchange is %+v, never %s", rail.Sync, state)
	return Sync{}
}

func founded(t *testing.T, lang string) (*Session, *Network) {
	t.Helper()
	session, net := openWindow(t, lang)
	start := must[Start](t)(net.Create(NewNetwork{Name: "Réseau Climat", Office: "Toronto", Coordinator: "Ana Exemple"}))
	if start.State != "ready" || start.Network != "Réseau Climat" || start.Office != "Toronto" || start.Role != "admin" || start.Warning == "" {
		t.Errorf("after creating: %+v", start)
	}
	return session, net
}

func TestTwoWindowsFoundJoinAndExchangeByThemselves(t *testing.T) {
	folder := RemoteFields{Kind: "folder", Folder: filepath.Join(t.TempDir(), "stick")}
	ana, anaNet := founded(t, "en")
	if state := must[Rail](t)(ana.Rail()).Sync; state.State != "none" || state.Title != "Kept on this laptop" {
		t.Errorf("without a bucket: %+v", state)
	}
	if tried := must[RemoteTest](t)(anaNet.TestRemote(folder)); !tried.OK || tried.Text == "" {
		t.Errorf("the folder does not answer: %+v", tried)
	}
	if kept := must[RemoteView](t)(anaNet.SetRemote(folder)); kept.Kind != "folder" || kept.Folder != folder.Folder {
		t.Errorf("kept %+v", kept)
	}
	until(t, ana, "all-sent")

	invitation := must[Invitation](t)(anaNet.Invite(NewInvitation{Office: "Montréal", Coordinator: "Luc Essai", Role: "coordinator", Days: 3}))
	if invitation.Name != "carnet-luc-essai.carnet" || invitation.Words != "" {
		t.Errorf("invitation %q, %q", invitation.Name, invitation.Words)
	}
	until(t, ana, "all-sent")

	luc, lucNet := openWindow(t, "fr")
	start := must[Start](t)(lucNet.Accept(invitation.File, "", "", ""))
	if start.State != "pending" || start.Network != "Réseau Climat" || start.Office != "Montréal" {
		t.Errorf("after accepting: %+v", start)
	}
	if state := until(t, luc, "pending"); state.Title != "En attente d’admission" {
		t.Errorf("pending: %+v", state)
	}
	waitForFile(t, filepath.Join(folder.Folder, "join", "[^.]*")) // a name with a dot first is still being written
	must[Sync](t)(anaNet.SyncNow())
	waitForLaptops(t, anaNet, 2)
	if state := untilDetail(t, luc, lucNet, "2\u00a0portables"); state.State != "all-sent" || state.Title != "Tout est envoyé et reçu" || state.Tone != "good" {
		t.Errorf("admitted: %+v", state)
	}
	if again := must[Start](t)(luc.Start()); again.State != "ready" || again.Role != "coordinator" {
		t.Errorf("admitted, the window starts as %+v", again)
	}

	view := must[NetworkView](t)(lucNet.View())
	if len(view.Offices) != 2 || len(view.Laptops) != 2 || !view.Laptops[0].Mine || view.CanAdmin || len(view.Invitations) != 1 || view.Invitations[0].State != "used" {
		t.Errorf("the screen shows %+v", view)
	}
	if _, err := lucNet.AddOffice("Regina"); !fault.Is(err, "role_forbids") {
		t.Errorf("a coordinator added an office: %v", err)
	}
	view = must[NetworkView](t)(anaNet.Revoke(view.MyDevice))
	if view.Laptops[1].State != "revoked" || len(view.Rounds) == 0 {
		t.Errorf("after revoking: %+v", view)
	}
}

// untilDetail asks for rounds until one ended that found the words: the other side may still be writing.
func untilDetail(t *testing.T, s *Session, net *Network, words string) (state Sync) {
	t.Helper()
	for range 100 {
		must[Sync](t)(net.SyncNow())
		time.Sleep(200 * time.Millisecond)
		if state = must[Rail](t)(s.Rail()).Sync; strings.Contains(state.Detail, words) {
			return state
		}
	}
	t.Fatalf("%q is never said: %+v", words, state)
	return state
}

func waitForFile(t *testing.T, pattern string) {
	t.Helper()
	for range 400 {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("there is no %s", pattern)
}

func waitForLaptops(t *testing.T, net *Network, want int) {
	t.Helper()
	for range 400 {
		if len(must[NetworkView](t)(net.View()).Laptops) == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("there are never %d laptops", want)
}

func TestABucketThatDoesNotAnswerIsSaidInWords(t *testing.T) {
	session, net := founded(t, "en")
	nowhere := RemoteFields{Kind: "s3", Bucket: "climat", Endpoint: "127.0.0.1:1", Insecure: true, Access: "a", Secret: "hunter2"}
	tried := must[RemoteTest](t)(net.TestRemote(nowhere))
	if tried.OK || tried.Code != "bucket_unreachable" || !strings.Contains(tried.Text, "No answer") {
		t.Errorf("tried %+v", tried)
	}
	kept := must[RemoteView](t)(net.SetRemote(nowhere))
	if !kept.HasCredentials || strings.Contains(kept.URL, "hunter2") {
		t.Errorf("kept %+v", kept)
	}
	state := until(t, session, "offline")
	if !strings.Contains(state.Title, "changes to send, offline since ") || state.Detail != "Safe here; sent when the bucket answers" {
		t.Errorf("offline: %+v", state)
	}
	for _, bad := range []RemoteFields{{Kind: "s3", Bucket: "No Bucket"}, {Kind: "folder", Folder: "relative"}, {Kind: "lan"}} {
		if tried := must[RemoteTest](t)(net.TestRemote(bad)); tried.Code != "bad_remote" {
			t.Errorf("%+v: %+v", bad, tried)
		}
	}
	if none := must[RemoteView](t)(net.SetRemote(RemoteFields{Kind: "none"})); none.Kind != "none" || none.HasCredentials {
		t.Errorf("nowhere: %+v", none)
	}
	until(t, session, "none")
}

func TestWhatIsNoInvitationMakesNoHome(t *testing.T) {
	_, net := openWindow(t, "en")
	if _, err := net.Accept("hello", "", "", ""); !fault.Is(err, "invitation_unreadable") {
		t.Errorf("got %v", err)
	}
	if _, err := net.Create(NewNetwork{Name: " ", Office: "Toronto", Coordinator: "Ana"}); !fault.Is(err, "name_needed") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(net.d.home); !os.IsNotExist(err) {
		t.Error("a home was made")
	}
}

func TestAnInvitationIsSavedWhereThePersonSays(t *testing.T) {
	_, net := founded(t, "en")
	made := must[Invitation](t)(net.Invite(NewInvitation{Office: "Toronto", Coordinator: "Zoé Exemple", Role: "door", Days: 1, Words: true}))
	if len(strings.Fields(made.Words)) != 9 {
		t.Errorf("words %q", made.Words)
	}
	if path := must[string](t)(net.SaveInvitation(made)); path != "" {
		t.Errorf("the person changed their mind, and yet it is at %q", path)
	}
	path := filepath.Join(t.TempDir(), made.Name)
	net.d.shell.(*quietShell).saveTo = path
	if chosen := must[string](t)(net.ChooseFolder()); chosen != path {
		t.Errorf("chosen %q", chosen)
	}
	if saved := must[string](t)(net.SaveInvitation(made)); saved != path {
		t.Errorf("saved at %q", saved)
	}
	view := must[NetworkView](t)(net.View())
	view = must[NetworkView](t)(net.CloseInvitation(view.Invitations[0].ID))
	if view.Invitations[0].State != "closed" {
		t.Errorf("closed: %+v", view.Invitations[0])
	}
}
