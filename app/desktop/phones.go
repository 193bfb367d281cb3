package desktop

import (
	"io/fs"
	"sync"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door/phone"
	codes "example.org/carnet/app/paper"
	"example.org/carnet/store/fault"
)

// phonePort is the one that phones know the door by, as long as no other program has it.
const phonePort = "7412"

// phones is the one door of this laptop that phones may be, if any.
type phones struct {
	page fs.FS // what they are shown

	mu     sync.Mutex
	server *phone.Server // nil while none is open
}

// View gives the panel of a door, and closes what is over.
func (o *Phones) View(meeting string, station string) (PhonesView, error) {
	return o.at(meeting, station, func(*app.Carnet, *phones) error { return nil })
}

// Open lets phones be this door, and shows the first code.
func (o *Phones) Open(meeting string, station string) (PhonesView, error) {
	return o.at(meeting, station, func(c *app.Carnet, p *phones) error {
		p.end()
		server, err := c.OpenPhones(meeting, station, ":"+phonePort, o.d.words().Lang(), p.page)
		if fault.Is(err, "phone_listen") { // another program has that port: any other will do
			server, err = c.OpenPhones(meeting, station, ":0", o.d.words().Lang(), p.page)
		}
		if err != nil {
			return err
		}
		server.Pair()
		p.server = server
		return nil
	})
}

// Pair shows another code; the one before it is void.
func (o *Phones) Pair(meeting string, station string) (PhonesView, error) {
	return o.at(meeting, station, func(_ *app.Carnet, p *phones) error {
		if p.server != nil {
			p.server.Pair()
		}
		return nil
	})
}

// Revoke shuts a phone out. What it noted stays.
func (o *Phones) Revoke(meeting string, station string, id string) (PhonesView, error) {
	return o.at(meeting, station, func(_ *app.Carnet, p *phones) error {
		if p.server == nil {
			return fault.New("phone_unknown", "phone", id)
		}
		return p.server.Revoke(id)
	})
}

// Close lets phones be no door any more; those that were paired are known again when it opens again today.
func (o *Phones) Close(meeting string, station string) (PhonesView, error) {
	return o.at(meeting, station, func(_ *app.Carnet, p *phones) error { p.end(); return nil })
}

// at does something with the phones and gives the panel as it is then.
func (o *Phones) at(meeting, station string, work func(*app.Carnet, *phones) error) (PhonesView, error) {
	return ask(o.d, func(c *app.Carnet) (PhonesView, error) {
		p := &o.d.phones
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.server != nil && !c.Now().Before(p.server.Until()) {
			p.end()
		}
		if err := work(c, p); err != nil {
			return PhonesView{}, err
		}
		return o.d.phonesView(p, meeting, station, c.Now()), nil
	})
}

// end closes it; the lock is held.
func (p *phones) end() {
	if p.server != nil {
		_ = p.server.Close() // what was acknowledged is on the disk
		p.server = nil
	}
}

// shut closes it when the home closes.
func (p *phones) shut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}

func (d *Desktop) phonesView(p *phones, meeting, station string, now time.Time) PhonesView {
	v := PhonesView{Meeting: meeting, Station: station, Links: []PhonesLink{}, Phones: []PhoneRow{}}
	if p.server == nil {
		return v
	}
	m, w := p.server.Meeting(), d.words()
	if m.ID != meeting || p.server.Station() != station {
		v.Elsewhere = dotted(p.server.Station(), pick(w.Lang(), m.Title, m.TitleFR))
		return v
	}
	v.On, v.Fingerprint, v.Until = true, p.server.Fingerprint(), w.Clock(onClock(p.server.Until(), m.Zone))
	code, expires := p.server.Code()
	if code != "" {
		v.Code, v.Lasts = code[:len(code)/2]+" "+code[len(code)/2:], int(expires.Sub(now).Seconds())
	}
	for _, address := range p.server.Addresses() {
		v.Links = append(v.Links, phonesLink(address, code))
	}
	for _, one := range p.server.Phones() {
		facts := map[string]string{"paired": w.Clock(onClock(one.Paired, m.Zone)), "seen": w.Clock(onClock(one.Seen, m.Zone))}
		v.Phones = append(v.Phones, PhoneRow{ID: one.ID, Name: one.Name, Text: w.Say("phones.row", facts), Scans: one.Scans, Revoked: one.Revoked})
	}
	for _, n := range p.server.Refused() {
		v.Refused += n
	}
	return v
}

func phonesLink(address, code string) PhonesLink {
	link := PhonesLink{Address: address}
	if rows, err := codes.Modules(phone.Link(address, code)); err == nil && code != "" {
		link.Side, link.Path = len(rows), codes.Path(rows)
	}
	return link
}
