package post

import (
	"net"
	"slices"
	"testing"

	"example.org/carnet/app/post/smtp/smtptest"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestWhatIsHeldGoesOutOnlyWhenAPersonSaysSoAndOnce(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, nil)
	o.people(3)
	plan := o.invite()
	if n, err := o.Hold([]string{plan.Mailing.ID}); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	if r := o.send(); r != (SendReport{}) || len(s.Order()) != 0 {
		t.Errorf("%+v", r)
	}
	ids := []string{plan.Messages[0].ID, plan.Messages[1].ID}
	if n, _, err := o.Release(t.Context(), ids); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := o.Arrived([]string{plan.Messages[2].ID}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if r := o.send(); r.Sent != 2 || len(s.Order()) != 2 {
		t.Errorf("%+v", r)
	}
	if n, _, err := o.Release(t.Context(), []string{plan.Mailing.ID}); n != 0 || err != nil {
		t.Errorf("sent ones released: %d %v", n, err)
	}
	if got := o.states(); got[Sent] != 3 {
		t.Errorf("%v", got)
	}
}

func TestAMessageHeldWhileTheSenderRunsIsNotSent(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, nil)
	o.people(2)
	plan := o.invite()
	s.OnRcpt = func(_ net.Conn, to string) error {
		_, err := o.Hold([]string{plan.Mailing.ID})
		return err
	}
	if r := o.send(); r.Sent != 0 || len(s.Order()) != 0 {
		t.Errorf("%+v", r)
	}
	if got := o.states(); got[Held] != 2 {
		t.Errorf("%v", got)
	}
}

func TestWithoutContactWhatOthersKnowOfWaits(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, nil)
	o.people(3)
	o.invite()
	o.claims.broken = fault.New("bucket_unreachable")
	if r := o.send(); r.Waiting != 3 || !fault.Is(r.Claim, "bucket_unreachable") || len(s.Order()) != 0 {
		t.Errorf("%+v", r)
	}
	o.claims.broken = nil
	if r := o.send(); r.Sent != 3 {
		t.Errorf("%+v", r)
	}
}

func TestConsentWithdrawnSinceOrAnAddressRefusedSinceStopsAMessage(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, nil)
	o.people(4)
	o.invite()
	if _, _, err := o.People.WithdrawConsent(memberN(1).ID); err != nil {
		t.Fatal(err)
	}
	bounced := memberN(2)
	bounced.Bounced = bounced.Email
	o.put(bounced)
	if _, err := o.Store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, memberN(3).ID) }); err != nil {
		t.Fatal(err)
	}
	if r := o.send(); r.Sent != 1 || r.Stopped != 3 || !slices.Equal(s.Order(), []string{"m4@example.org"}) {
		t.Errorf("%+v %v", r, s.Order())
	}
}
