package snapshot

import (
	"strings"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func sayingOf(task string, whom ...string) *Claim {
	c := claimOf(task)
	c.Of = "mlg_abc"
	for i, one := range whom {
		whom[i] = MarkOf(task, one)
	}
	c.Whom = WhomOf(whom)
	return c
}

func TestASayingIsReadAsItWasWrittenAndNamesNobodyInTheClear(t *testing.T) {
	id := newIdentity(t)
	want := sayingOf("say-abc", "mem_b", "mem_a", "mem_b")
	key, object, err := WriteClaim(id, testCover, want)
	if err != nil || len(object) > MaxClaim {
		t.Fatal(key, len(object), err)
	}
	got, err := ReadClaim(key, object, testWhole.Network, testCover, onlyKey(id.Device(), id.SignKey()))
	if err != nil || *got != *want || len(got.Marks()) != 2 || strings.Contains(got.Whom, "mem_") {
		t.Errorf("%+v %v", got, err)
	}
	if MarkOf("say-abc", "mem_a") == MarkOf("say-abd", "mem_a") {
		t.Error("a person is known by the same mark in two tasks")
	}
}

func TestASayingThatContradictsItselfIsRefused(t *testing.T) {
	id := newIdentity(t)
	keys := onlyKey(id.Device(), id.SignKey())
	good := sayingOf("say-abc", "mem_a", "mem_b")
	turned := good.Whom[markSize:] + good.Whom[:markSize]
	for what, change := range map[string]func(*sayingForm){
		"nobody":         func(f *sayingForm) { f.Whom = nil },
		"not ascending":  func(f *sayingForm) { f.Whom = []byte(turned) },
		"twice the same": func(f *sayingForm) { f.Whom = append(f.Whom[:markSize:markSize], f.Whom[:markSize]...) },
		"half a mark":    func(f *sayingForm) { f.Whom = f.Whom[:markSize+1] },
		"too many":       func(f *sayingForm) { f.Whom = []byte(strings.Repeat("12345678", MaxWhom+1)) },
		"of nothing":     func(f *sayingForm) { f.Of = "" },
	} {
		f := sayingForm{Network: good.Network, Task: good.Task, Device: id.Device(), Incarnation: 1, Wall: 1, Of: good.Of, Whom: []byte(good.Whom)}
		change(&f)
		hash, data := said(t, id, ClaimPrefix, SayingKind, signed.Encode(f))
		key := ClaimName{Task: f.Task, Device: id.Device(), Hash: signed.ShortOf(hash)}.String()
		if _, err := ReadClaim(key, data, testWhole.Network, testCover, keys); !fault.Is(err, "claim_unreadable") {
			t.Errorf("%s: %v", what, err)
		}
	}
	plain := claimOf("say-abc") // names nobody
	if _, _, err := WriteClaim(id, testCover, plain); !fault.Is(err, "claim_unreadable") {
		t.Error(err)
	}
}

func FuzzReadSaying(f *testing.F) {
	id := newIdentity(f)
	keys := onlyKey(id.Device(), id.SignKey())
	c := sayingOf("say-abc", "mem_a", "mem_b")
	f.Add(signed.Encode(sayingForm{Network: c.Network, Task: c.Task, Device: id.Device(), Wall: 1, Of: c.Of, Whom: []byte(c.Whom)}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		hash, data := said(t, id, ClaimPrefix, SayingKind, payload)
		key := ClaimName{Task: "say-abc", Device: id.Device(), Hash: signed.ShortOf(hash)}.String()
		if got, err := ReadClaim(key, data, testWhole.Network, testCover, keys); err == nil {
			if again, _, err := WriteClaim(id, testCover, got); err != nil || again != key {
				t.Error("what was read is not what was written", err)
			}
		}
	})
}
