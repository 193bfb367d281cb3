package network

import (
	"context"
	"crypto/ed25519"
	"os"
	"testing"
	"time"

	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// lending starts a lender in this process and gives its remote.
func lending(t *testing.T, n *Network) bucket.Remote {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	begun, ended := make(chan Lent, 1), make(chan error, 1)
	go func() {
		ended <- n.Lend(ctx, Lend{Listen: "127.0.0.1:0"}, func(lent Lent) { begun <- lent })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("lending ended with %v", err)
		}
	})
	select {
	case lent := <-begun:
		remote, err := bucket.ParseRemote(lent.Addresses[0])
		if err != nil {
			t.Fatal(err)
		}
		return remote
	case <-time.After(10 * time.Second):
		t.Fatal("nothing is lent")
	}
	return bucket.Remote{}
}

// invited gives a home that accepted an invitation of n.
func invited(t *testing.T, n *Network, role string) *Network {
	t.Helper()
	made, err := n.Invite(NewInvitation{Office: n.MyOffice(), Role: role, Coordinator: "Mia Modèle"})
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := ReadInvitation(made.File, "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	guest := openHome(t)
	if _, err := guest.Accept(ticket); err != nil {
		t.Fatal(err)
	}
	return guest
}

func shown(n *Network) ed25519.PublicKey { return n.prover().Public().(ed25519.PublicKey) }

// until repeats a round of n until done.
func until(t *testing.T, n *Network, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); time.Sleep(50 * time.Millisecond) {
		_, _ = n.Sync(context.Background())
		if time.Since(began) > 15*time.Second {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

func standing(t *testing.T, n *Network) carnetsync.Standing {
	t.Helper()
	engine, err := n.exchange()
	if err != nil {
		t.Fatal(err)
	}
	return engine.Standing()
}

func TestAnInvitedLaptopEntersARoomIsAdmittedThereAndPutOutOnceRevoked(t *testing.T) {
	founder := found(t)
	guest, stranger := invited(t, founder, string(roster.Coordinator)), found(t)
	remote := lending(t, founder)

	if right := founder.rightOf(shown(guest)); right != bucket.MayAsk {
		t.Errorf("with its invitation it has the right %d", right)
	}
	if founder.rightOf(guest.Identity.SignKey()) != bucket.NoRight || founder.rightOf(shown(stranger)) != bucket.NoRight {
		t.Error("an unknown key has a right")
	}
	if err := guest.SetRemote(remote); err != nil {
		t.Fatal(err)
	}
	until(t, guest, "admitted", func() bool { return standing(t, guest) == carnetsync.Active })
	if !shown(guest).Equal(guest.Identity.SignKey()) {
		t.Error("an admitted laptop still shows its invitation's key")
	}
	if held, err := guest.Box.Get(seatName); err != nil || held != nil {
		t.Errorf("the invitation's secret is still kept, %v", err)
	}
	until(t, guest, "a round as a laptop of the network", func() bool { _, err := guest.Sync(context.Background()); return err == nil })
	if right := founder.rightOf(shown(guest)); right != bucket.MayWrite {
		t.Errorf("a coordinator has the right %d", right)
	}
	if right := founder.rightOf(shown(founder)); right != bucket.MayDelete {
		t.Errorf("an admin has the right %d", right)
	}

	if _, err := founder.Revoke(guest.Identity.Device()); err != nil {
		t.Fatal(err)
	}
	_, err := guest.Sync(context.Background()) // over the connection of before
	wantFault(t, err, "bucket_refused")
	if right := founder.rightOf(shown(guest)); right != bucket.NoRight {
		t.Errorf("revoked, it has the right %d", right)
	}
}

func TestAClosedInvitationOpensNoRoom(t *testing.T) {
	founder := found(t)
	guest := invited(t, founder, string(roster.Reader))
	list, err := founder.Invitations()
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := founder.CloseInvitation(list[0].ID); err != nil {
		t.Fatal(err)
	}
	if right := founder.rightOf(shown(guest)); right != bucket.NoRight {
		t.Errorf("it has the right %d", right)
	}
}

func TestWhoLendsIsKnownToTheNetworkAlone(t *testing.T) {
	founder, stranger := found(t), found(t)
	tag := founder.tag()
	if laptop, office, known := founder.whoseTag(tag); !known || laptop.Coordinator != "Ana Exemple" || office != "Toronto" {
		t.Errorf("%+v, %q, %v", laptop, office, known)
	}
	if _, _, known := stranger.whoseTag(tag); known || founder.tag() == tag {
		t.Error("others know a laptop by its tag")
	}
	for _, nonsense := range []string{"", ".", "x", tag + "0", tag[:len(tag)-1]} {
		if _, _, known := founder.whoseTag(nonsense); known {
			t.Errorf("%q is known", nonsense)
		}
	}
}

func TestOnlyALaptopOfTheNetworkLendsAndNotItsHome(t *testing.T) {
	founder := found(t)
	guest := invited(t, founder, string(roster.Reader))
	nothing := func(Lent) { t.Error("something is lent") }
	wantFault(t, guest.Lend(context.Background(), Lend{Listen: "127.0.0.1:0"}, nothing), "laptop_pending")
	wantFault(t, founder.Lend(context.Background(), Lend{Listen: "127.0.0.1:0", Folder: founder.Home + "/objects"}, nothing), "bucket_in_home")
	wantFault(t, founder.Lend(context.Background(), Lend{Listen: "192.0.2.254:1"}, nothing), "lan_not_here")
	before := founder.Remote()
	ctx, stop := context.WithCancel(context.Background())
	if err := founder.Lend(ctx, Lend{Listen: "127.0.0.1:0", Folder: t.TempDir()}, func(Lent) { stop() }); err != nil {
		t.Fatal(err)
	}
	if founder.Remote() != before {
		t.Errorf("afterwards it exchanges with %s", founder.Remote())
	}
	if _, err := os.Stat(founder.Home); err != nil {
		t.Error(err)
	}
}
