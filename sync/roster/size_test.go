package roster

import (
	"fmt"
	"testing"
	"time"

	"example.org/carnet/sync/signed"
)

// grown is a network of 15 offices and 250 laptops whose admins have said a number of things.
func grown(tb testing.TB, statements int) (*Roster, *signed.Identity) {
	tb.Helper()
	id, err := signed.NewIdentity()
	if err != nil {
		tb.Fatal(err)
	}
	r, _, err := Found(id, Founder{Name: "N", Office: Office{ID: "o0", Name: "H"}, Coordinator: "C"}, dawn)
	if err != nil {
		tb.Fatal(err)
	}
	proof := id.SignKey()
	say := func(data []byte, err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	for i := range 14 {
		say(r.AddOffice(id, Office{ID: fmt.Sprintf("o%d", i+1), Name: "H"}, dawn))
	}
	for i := range 249 {
		laptop, err := signed.NewIdentity()
		if err != nil {
			tb.Fatal(err)
		}
		say(r.Admit(id, Card{Device: laptop.Device(), SignKey: laptop.SignKey(), Recipient: laptop.Recipient(),
			Office: fmt.Sprintf("o%d", i%15), Role: Coordinator, Coordinator: "C"}, "", dawn))
	}
	for i := 0; len(r.chain) < statements; i++ {
		if i%400 == 399 {
			say(r.Rotate(id, dawn))
			continue
		}
		say(r.Invite(id, Invitation{ID: fmt.Sprintf("inv%d", i), Proof: proof, Office: "o1", Role: Door, Coordinator: "C", Expires: 1}, dawn))
	}
	return r, id
}

// A laptop that was away, or is new, takes in years of statements at once.
func TestFourThousandStatementsMergeIntoTheSameChain(t *testing.T) {
	if testing.Short() {
		return
	}
	r, id := grown(t, 4000)
	all := r.All()
	began := time.Now()
	again, err := Load(r.State().Founding, all)
	if err != nil {
		t.Fatal(err)
	}
	merged := time.Since(began)
	if again.State().Head != r.State().Head {
		t.Error("another chain")
	}
	began = time.Now()
	ring := again.KeysFor(id)
	opened := time.Since(began)
	began = time.Now()
	again.KeysFor(id)
	t.Logf("4,000 statements merged in %v; %d keys opened in %v, again in %v", merged, len(ring), opened, time.Since(began))
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1000, 2000, 4000} {
		r, _ := grown(b, n)
		all := r.All()
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Load(r.State().Founding, all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// One more statement of another admin on a chain that already has a fork, so that the choice is made anew.
func BenchmarkAppendToAForkedChain(b *testing.B) {
	r, id := grown(b, 2000)
	other, err := Load(r.State().Founding, r.Statements(1)[:1990])
	if err != nil {
		b.Fatal(err)
	}
	if _, err := other.Rotate(id, dawn); err != nil {
		b.Fatal(err)
	}
	r.Merge(other.All())
	i := 0
	for b.Loop() {
		i++
		if _, err := r.Invite(id, Invitation{ID: fmt.Sprintf("more%d", i), Proof: id.SignKey(), Office: "o1", Role: Door, Coordinator: "C", Expires: 1}, dawn); err != nil {
			b.Fatal(err)
		}
	}
}
