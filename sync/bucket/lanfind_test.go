package bucket

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/mdns/v2"
)

// onLoopback keeps a test's conversation inside this machine.
func onLoopback(t *testing.T) []mdns.ServerOption {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		if one.Flags&net.FlagLoopback != 0 {
			return []mdns.ServerOption{mdns.WithIncludeLoopback(true), mdns.WithInterfaces(one)}
		}
	}
	t.Fatal("this machine has no loopback")
	return nil
}

func TestALentFolderIsHeardInTheRoom(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	announced := make(chan error, 1)
	go func() {
		announced <- announceOn(ctx, &net.TCPAddr{IP: net.IPv4zero, Port: 7411}, "0123456789abcdef", onLoopback(t)...)
	}()
	var found []Found
	for began := time.Now(); len(found) == 0 && time.Since(began) < 10*time.Second; {
		var err error
		if found, err = findOn(context.Background(), time.Second, onLoopback(t)...); err != nil {
			t.Fatal(err)
		}
	}
	if want := (Found{Address: "127.0.0.1:7411", Tag: "0123456789abcdef"}); len(found) != 1 || found[0] != want {
		t.Errorf("heard %+v", found)
	}
	stop()
	if err := <-announced; err != nil {
		t.Error(err)
	}
}

func TestWhatNobodyReachesIsNotAnnounced(t *testing.T) {
	if err := Announce(context.Background(), &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, "x"); err != nil {
		t.Error(err)
	}
}

func TestNonsenseThatIsHeardIsNotBelieved(t *testing.T) {
	good := mdns.ServiceInstance{Instance: "x", Port: 7411}
	for name, event := range map[string]mdns.ServiceEvent{
		"no address": {Instance: good},
		"everywhere": {Instance: good, Addr: netip.IPv4Unspecified()},
		"multicast":  {Instance: good, Addr: netip.MustParseAddr("224.0.0.251")},
		"no port":    {Addr: netip.MustParseAddr("192.0.2.7")},
		"a bad zone": {Instance: good, Addr: netip.MustParseAddr("fe80::1%a b")},
	} {
		if found, ok := understand(event); ok {
			t.Errorf("%s: %+v", name, found)
		}
	}
	good.Text = []mdns.TXTEntry{mdns.NewTXTString("T", "a\x1b[31m b\n")}
	if found, ok := understand(mdns.ServiceEvent{Instance: good, Addr: netip.MustParseAddr("192.0.2.7")}); !ok || found.Tag != "a[31mb" {
		t.Errorf("%+v, %v", found, ok)
	}
}

func TestTheAddressThatAPersonCouldTypeIsPreferred(t *testing.T) {
	v4, v6, link := Found{Address: "192.0.2.7:1"}, Found{Address: "[fd00::1]:1"}, Found{Address: "[fe80::1%eth0]:1"}
	for _, pair := range [][2]Found{{link, v6}, {link, v4}, {v6, v4}, {{}, link}} {
		if better(pair[0], pair[1]) != pair[1] || pair[0].Address != "" && better(pair[1], pair[0]) != pair[1] {
			t.Errorf("%v", pair)
		}
	}
}
