package snapshot

import (
	"bytes"
	"strings"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func claimOf(task string) *Claim {
	return &Claim{Network: testWhole.Network, Task: task, Incarnation: 1, Wall: 1_780_000_000_000}
}

func TestAClaimIsReadAsItWasWritten(t *testing.T) {
	id := newIdentity(t)
	want := claimOf("mlg_abc-3")
	key, object, err := WriteClaim(id, testCover, want)
	if err != nil || !strings.HasPrefix(key, ClaimsOf("mlg_abc-3")) || len(object) > MaxClaim {
		t.Fatal(key, len(object), err)
	}
	got, err := ReadClaim(key, object, testWhole.Network, testCover, onlyKey(id.Device(), id.SignKey()))
	if err != nil || *got != *want {
		t.Errorf("%+v %v", got, err)
	}
	if !Intact(key, object, testCover) || Intact(key, object[1:], testCover) {
		t.Error("intact")
	}
	again, _, err := WriteClaim(id, testCover, claimOf("mlg_abc-3"))
	if err != nil || again != key {
		t.Error("the same claim has two names", err)
	}
}

func TestAClaimIsRefusedByNameWhenItIsNotWhatItSays(t *testing.T) {
	id, other := newIdentity(t), newIdentity(t)
	keys := onlyKey(id.Device(), id.SignKey())
	key, object, err := WriteClaim(id, testCover, claimOf("mlg_abc-3"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, _, _ := WriteClaim(id, testCover, claimOf("mlg_abc-4"))
	flipped := bytes.Clone(object)
	flipped[len(flipped)/2] ^= 1
	_, foreign, _ := WriteClaim(other, testCover, claimOf("mlg_abc-3"))
	sign := func(kind string, form claimForm) (string, []byte) {
		hash, data := said(t, id, ClaimPrefix, kind, signed.Encode(form))
		return ClaimName{Task: form.Task, Device: id.Device(), Hash: signed.ShortOf(hash)}.String(), data
	}
	newer, newerObject := sign("carnet-claim-2", claimForm{Task: "mlg_abc-3"})
	nowhere, nowhereObject := sign(ClaimKind, claimForm{Network: "net_other", Task: "mlg_abc-3", Device: id.Device()})
	asOther, asOtherObject := sign(ClaimKind, claimForm{Network: testWhole.Network, Task: "mlg_abc-3", Device: other.Device()})
	forged := ClaimName{Task: "mlg_abc-3", Device: other.Device()}
	hash, forgedObject := said(t, id, ClaimPrefix, ClaimKind, signed.Encode(claimForm{Network: testWhole.Network, Task: "mlg_abc-3", Device: other.Device()}))
	forged.Hash = signed.ShortOf(hash)
	for _, c := range []struct {
		code, key string
		object    []byte
		keys      SignKeys
	}{
		{"claim_unreadable", key, nil, keys},
		{"claim_unreadable", key, flipped, keys},
		{"claim_unreadable", key, bytes.Repeat([]byte{1}, MaxClaim+1), keys},
		{"claim_misnamed", elsewhere, object, keys},
		{"claim_misnamed", key, foreign, keys},
		{"claim_misnamed", asOther, asOtherObject, keys},
		{"claim_misnamed", ClaimPrefix + "../x", object, keys},
		{"claim_newer", newer, newerObject, keys},
		{"claim_other_network", nowhere, nowhereObject, keys},
		{"claim_device_unknown", key, object, onlyKey(other.Device(), other.SignKey())},
		{"claim_forged", forged.String(), forgedObject, onlyKey(other.Device(), other.SignKey())},
	} {
		if _, err := ReadClaim(c.key, c.object, testWhole.Network, testCover, c.keys); !fault.Is(err, c.code) {
			t.Errorf("%s: %v", c.code, err)
		}
	}
	for _, task := range []string{"", "a/b", "A", "..", strings.Repeat("a", 81), ".a", "a "} {
		if _, _, err := WriteClaim(id, testCover, claimOf(task)); !fault.Is(err, "claim_unreadable") {
			t.Errorf("%q may be claimed: %v", task, err)
		}
	}
}

func FuzzReadClaim(f *testing.F) {
	id := newIdentity(f)
	keys := onlyKey(id.Device(), id.SignKey())
	f.Add(signed.Encode(claimForm{Network: testWhole.Network, Task: "mlg_abc-3", Device: id.Device(), Wall: 1}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		hash, data := said(t, id, ClaimPrefix, ClaimKind, payload)
		key := ClaimName{Task: "mlg_abc-3", Device: id.Device(), Hash: signed.ShortOf(hash)}.String()
		if got, err := ReadClaim(key, data, testWhole.Network, testCover, keys); err == nil {
			if again, _, err := WriteClaim(id, testCover, got); err != nil || again != key {
				t.Fatalf("two forms of one claim: %v", err)
			}
		}
	})
}

func FuzzParseClaimName(f *testing.F) {
	f.Add("claim/mlg_abc-3/aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Add("claim//-")
	f.Fuzz(func(t *testing.T, key string) {
		if n, err := ParseClaimName(key); err == nil && n.String() != key {
			t.Fatalf("%q is read as %q", key, n)
		}
	})
}
