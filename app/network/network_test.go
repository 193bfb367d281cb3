package network

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/store/strongbox"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// openHome gives the use cases over a home of its own.
func openHome(t *testing.T) *Network {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir()) // no session bus, so no keychain
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv(accessKeyEnv, "")
	t.Setenv(secretKeyEnv, "")
	return openHomeAt(t, filepath.Join(t.TempDir(), "home"))
}

func openHomeAt(t *testing.T, home string) *Network {
	t.Helper()
	box, err := strongbox.Open(home, strongbox.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	identity, err := Identity(box)
	if err != nil {
		t.Fatal(err)
	}
	records, err := store.Open(home, store.Options{Key: box.Key("store"), Device: identity.Device(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	n := New(Deps{Home: home, Store: records, Box: box, Identity: identity, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		n.Stop()
		_ = records.Close()
	})
	return n
}

func found(t *testing.T) *Network {
	t.Helper()
	n := openHome(t)
	if _, err := n.Create(Founding{Name: "Réseau Climat", Office: "Toronto", Coordinator: "Ana Exemple"}); err != nil {
		t.Fatal(err)
	}
	return n
}

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want the fault %s", err, code)
	}
}

func s3At(t *testing.T, endpoint string, credentials bucket.Credentials) bucket.Remote {
	t.Helper()
	remote, err := bucket.ParseRemote("s3://climat/net?endpoint=" + endpoint)
	if err != nil {
		t.Fatal(err)
	}
	remote.Credentials = credentials
	return remote
}

func TestStoredCredentialsServeTheSameServiceAndNoOther(t *testing.T) {
	n := found(t)
	secret := bucket.Credentials{AccessKey: "AKIA", SecretKey: "hunter2"}
	for _, row := range []struct {
		typed bucket.Remote
		want  bucket.Credentials
		from  string
	}{
		{s3At(t, "one.example.org:1", secret), secret, Stored},
		{s3At(t, "one.example.org:1", bucket.Credentials{}), secret, Stored},
		{s3At(t, "one.example.org:1", bucket.Credentials{AccessKey: "AKIA"}), secret, Stored},
		{s3At(t, "two.example.org:1", bucket.Credentials{}), bucket.Credentials{}, NoCredentials},
	} {
		if err := n.SetRemote(row.typed); err != nil {
			t.Fatal(err)
		}
		if got := n.Remote(); got.Credentials != row.want || got.CredentialsFrom != row.from {
			t.Errorf("for %s: %q, %v", row.typed, got.CredentialsFrom, got.Credentials == row.want)
		}
	}
}

func TestCredentialsOfTheEnvironmentComeFirstAndAreNotKept(t *testing.T) {
	n := found(t)
	stored := bucket.Credentials{AccessKey: "AKIA", SecretKey: "hunter2"}
	given := bucket.Credentials{AccessKey: "ENV", SecretKey: "correct-horse"}
	t.Setenv(accessKeyEnv, given.AccessKey)
	t.Setenv(secretKeyEnv, given.SecretKey)
	if err := n.SetRemote(s3At(t, "one.example.org:1", stored)); err != nil {
		t.Fatal(err)
	}
	if got := n.Remote(); got.Credentials != given || got.CredentialsFrom != FromEnvironment {
		t.Errorf("credentials come from %q", got.CredentialsFrom)
	}
	if kept, err := n.storedRemote(); err != nil || kept.Credentials != stored {
		t.Errorf("what is kept is not what was typed: %v", err)
	}
}

func TestNoSecretLiesOpenInTheHome(t *testing.T) {
	n := found(t)
	if err := n.SetRemote(s3At(t, "one.example.org:1", bucket.Credentials{AccessKey: "AKIA", SecretKey: "hunter2hunter2"})); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(n.Home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if bytes.Contains(body, []byte("hunter2hunter2")) {
			t.Errorf("the secret key lies open in %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestABucketInsideTheHomeIsRefused(t *testing.T) {
	n := found(t)
	for _, path := range []string{n.Home, filepath.Join(n.Home, "bucket")} {
		wantFault(t, n.SetRemote(bucket.Remote{Kind: bucket.Folder, Path: path}), "bucket_in_home")
	}
}

func TestTryingABucketMakesAndKeepsNothing(t *testing.T) {
	n := found(t)
	stick := filepath.Join(t.TempDir(), "stick")
	if err := n.TestRemote(t.Context(), bucket.Remote{Kind: bucket.Folder, Path: stick}); err != nil {
		t.Errorf("a folder that can be made: %v", err)
	}
	if _, err := os.Stat(stick); err == nil {
		t.Error("trying it made the folder")
	}
	wantFault(t, n.TestRemote(t.Context(), bucket.Remote{Kind: bucket.Folder, Path: filepath.Join(stick, "a", "b")}), "bucket_missing")
	wantFault(t, n.TestRemote(t.Context(), bucket.Remote{}), "no_remote")
	if n.Remote().Kind != "" {
		t.Error("trying it kept it")
	}
}

func TestTheStateFollowsTheBucketAndTheChanges(t *testing.T) {
	n := found(t)
	want := func(when, name string, waiting bool) {
		t.Helper()
		if s := n.State(); s.Name != name || (s.Waiting > 0) != waiting {
			t.Errorf("%s: %q with %d changes waiting", when, s.Name, s.Waiting)
		}
	}
	want("without a bucket", StateNone, true)
	stick := filepath.Join(t.TempDir(), "stick")
	if err := n.SetRemote(bucket.Remote{Kind: bucket.Folder, Path: stick}); err != nil {
		t.Fatal(err)
	}
	want("before the first round", StateWaiting, true)
	sync := func() error { _, err := n.Sync(context.Background()); return err }
	if err := sync(); err != nil {
		t.Fatal(err)
	}
	want("after the first round", StateAllSent, false)
	if err := os.Rename(stick, stick+"-out"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.AddOffice("Halifax"); err != nil {
		t.Fatal(err)
	}
	wantFault(t, sync(), "bucket_missing")
	want("with the stick out", StateOffline, true)
	if s := n.State(); s.OfflineSince.IsZero() || s.LastRound.IsZero() {
		t.Errorf("offline since %v, last contact %v", s.OfflineSince, s.LastRound)
	}
	if err := os.Rename(stick+"-out", stick); err != nil {
		t.Fatal(err)
	}
	if err := sync(); err != nil {
		t.Fatal(err)
	}
	want("with the stick back", StateAllSent, false)
	if err := os.WriteFile(filepath.Join(stick, "log", "20990101T000000Z-garbage"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sync(); err != nil {
		t.Fatal(err)
	}
	want("with garbage in the bucket", StatePerson, false)
	refused := n.Refused()
	if len(refused) != 1 || refused[0].At.IsZero() || n.NeedsPerson() != 1 {
		t.Fatalf("refused: %+v", refused)
	}
	if err := n.Dismiss(refused[0].Key); err != nil {
		t.Fatal(err)
	}
	want("once a person has seen it", StateAllSent, false)
	wantFault(t, n.Dismiss("log/nothing"), "unknown_object")
	if rounds := n.LastRounds(); len(rounds) != 4 {
		t.Errorf("%d rounds are worth telling of, want the first, the failed one, the one after it and the one that refused something", len(rounds))
	}
}

func TestTheWordForTheStateIsTheMostPressing(t *testing.T) {
	down, refused := fault.New("bucket_unreachable"), fault.New("bucket_refused")
	for want, row := range map[string]struct {
		state    State
		standing carnetsync.Standing
		chosen   bool
		syncing  bool
	}{
		StateNone:                  {State{Refused: 1}, carnetsync.Active, false, true},
		StateSyncing:               {State{Refused: 1}, carnetsync.Active, true, true},
		StatePerson:                {State{Refused: 1, Problem: down}, carnetsync.Active, true, false},
		StatePerson + " diverged":  {State{Diverged: 1}, carnetsync.Active, true, false},
		StatePerson + " revoked":   {State{}, carnetsync.Revoked, true, false},
		StatePerson + " wrong key": {State{Problem: refused}, carnetsync.Pending, true, false},
		StatePending:               {State{Problem: down}, carnetsync.Pending, true, false},
		StateOffline:               {State{Problem: down, Waiting: 3}, carnetsync.Active, true, false},
		StateOffline + " deadline": {State{Problem: context.DeadlineExceeded}, carnetsync.Active, true, false},
		StatePerson + " unknown":   {State{Problem: errors.New("?")}, carnetsync.Active, true, false},
		StateWaiting:               {State{Waiting: 3}, carnetsync.Active, true, false},
		StateAllSent:               {State{}, carnetsync.Active, true, false},
	} {
		got := nameOf(row.state, row.standing, row.chosen, row.syncing)
		if len(want) < len(got) || want[:len(got)] != got {
			t.Errorf("%s: said %q", want, got)
		}
	}
}

func TestRolesSayEarlyWhatTheRosterWouldRefuse(t *testing.T) {
	all := []store.Kind{store.KindNetwork, store.KindOffice, store.KindCommunity, store.KindChapter, store.KindMember, store.KindMeeting, store.KindScan, store.KindPrepared}
	for role, want := range map[roster.Role]int{roster.Admin: 8, roster.Coordinator: 6, roster.Door: 2, roster.Reader: 0, "boss": 0} {
		count := 0
		for _, kind := range all {
			if allows(role, kind) {
				count++
			}
		}
		if count != want {
			t.Errorf("%s may write %d kinds, want %d", role, count, want)
		}
	}
}

func TestALaptopKeepsItsIdentityAndStartsOverOnDemand(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	box, err := strongbox.Open(t.TempDir(), strongbox.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	first, err := Identity(box)
	if err != nil {
		t.Fatal(err)
	}
	if err := NextIncarnation(box); err != nil {
		t.Fatal(err)
	}
	again, err := Identity(box)
	if err != nil || again.Device() != first.Device() || again.Incarnation != first.Incarnation+1 {
		t.Errorf("%s in incarnation %d became %s in incarnation %d: %v", first.Device(), first.Incarnation, again.Device(), again.Incarnation, err)
	}
}

func TestOfficesAreFoundByNameAndById(t *testing.T) {
	n := found(t)
	added, err := n.AddOffice("  Terre-Neuve   et Labrador ")
	if err != nil || added.Name != "Terre-Neuve et Labrador" {
		t.Fatalf("added %+v, %v", added, err)
	}
	for _, text := range []string{"terre-neuve et labrador", added.ID, added.ID[:8]} {
		if o, err := n.FindOffice(text); err != nil || o.ID != added.ID {
			t.Errorf("%q finds %+v, %v", text, o, err)
		}
	}
	_, err = n.FindOffice("Regina")
	wantFault(t, err, "unknown_office")
	_, err = n.FindOffice("off_")
	wantFault(t, err, "ambiguous_id")
	_, err = n.AddOffice("toronto")
	wantFault(t, err, "office_exists")
	for _, bad := range []string{"", " ", "a\x00b", string(bytes.Repeat([]byte("x"), 201)), "\xff"} {
		_, err = n.AddOffice(bad)
		wantFault(t, err, "name_needed")
	}
	if written := n.Store.Count(store.KindOffice); written != 2 {
		t.Errorf("%d offices are written down, want 2", written)
	}
}
