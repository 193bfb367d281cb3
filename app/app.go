// Package app puts one laptop's Carnet together: the home's key, the store, and the use cases on
// them. Both faces, the window and the command line, start here. It holds no use case of its own
// and never prints.
package app

import (
	"cmp"
	"log/slog"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/requests"
	"example.org/carnet/app/network"
	"example.org/carnet/app/people"
	"example.org/carnet/app/post"
	"example.org/carnet/app/post/agenda"
	"example.org/carnet/app/post/inbox"
	"example.org/carnet/app/privacy"
	"example.org/carnet/store"
	"example.org/carnet/store/strongbox"
)

// Options say how a home opens.
type Options struct {
	Passphrase string
	Create     bool             // make the home when there is none
	Now        func() time.Time // nil means time.Now
	Log        *slog.Logger     // nil throws the log away
}

// Carnet is one open home.
type Carnet struct {
	Home     string
	Now      func() time.Time
	Log      *slog.Logger
	Box      *strongbox.Box
	Store    *store.Store
	Network  *network.Network
	People   *people.People
	Meetings *meetings.Meetings
	Requests *requests.Requests
	Door     *door.Door
	Handout  *handout.Handout
	Post     *post.Post
	Inbox    *inbox.Inbox
	Agenda   *agenda.Agenda
}

// Open unlocks the home and opens what is in it. A home without a network opens too: only
// creating a network or accepting an invitation make sense in it then.
func Open(home string, o Options) (*Carnet, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	box, err := strongbox.Open(home, strongbox.Options{Passphrase: o.Passphrase, Create: o.Create})
	if err != nil {
		return nil, err
	}
	identity, err := network.Identity(box)
	if err != nil {
		return nil, err
	}
	records, err := store.Open(home, store.Options{Key: box.Key("store"), Device: identity.Device(), Now: o.Now})
	if err != nil {
		return nil, err
	}
	c := &Carnet{Home: home, Now: o.Now, Log: o.Log, Box: box, Store: records}
	c.Network = network.New(network.Deps{Home: home, Store: records, Box: box, Identity: identity, Now: o.Now, Log: o.Log})
	may := c.Network.May
	records.SetGuard(c.Network.Guard)
	c.People = people.New(people.Deps{Store: records, Now: o.Now, May: may, Office: c.Network.MyOffice, Reads: c.Network.Holds, Author: (&authors{network: c.Network}).of})
	c.Meetings = meetings.New(meetings.Deps{Store: records, Home: home, Now: o.Now, May: may, Reads: c.Network.Holds})
	c.Requests = requests.New(requests.Deps{Store: records, Now: o.Now, May: may, Ours: c.ours, Office: c.Network.MyOffice, People: c.People, Meetings: c.Meetings})
	c.Door = door.New(door.Deps{Store: records, Now: o.Now, May: may, Office: c.Network.MyOffice, Meetings: c.Meetings,
		Shared: c.Network.Shared, Coming: c.coming, Invited: c.invited})
	c.Handout = handout.New(handout.Deps{Store: records, Door: c.Door, Meetings: c.Meetings, Now: o.Now})
	c.Post = post.New(post.Deps{Store: records, Box: box, People: c.People, Meetings: c.Meetings, Now: o.Now, May: may, Office: c.Network.MyOffice,
		Device: c.Network.Device, Network: c.Network.Named, OfficeName: c.Network.OfficeNamed, Claims: c.Network})
	c.Meetings.Invited = c.Post.Invited
	c.Inbox = inbox.New(inbox.Deps{Home: home, Store: records, People: c.People, Meetings: c.Meetings, Now: o.Now, May: may, MayMembersOf: c.Network.MayMembersOf,
		Office: c.Network.MyOffice, Network: c.networkID})
	c.Agenda = agenda.New(agenda.Deps{Store: records, Meetings: c.Meetings, Now: o.Now, Network: c.networkID})
	c.followZones()
	return c, nil
}

// followZones uses the newest zone data, now and when another laptop sends newer.
func (c *Carnet) followZones() {
	c.Meetings.LoadZones()
	known := c.Store.Count(store.KindZones)
	c.Store.Watch(func(uint64) {
		if n := c.Store.Count(store.KindZones); n != known {
			known = n
			c.Meetings.LoadZones()
		}
	})
}

// Privacy gives what answers a person who asks what is known of them.
func (c *Carnet) Privacy() privacy.Deps {
	return privacy.Deps{Store: c.Store, People: c.People, Door: c.Door, Reads: c.Network.Reads, Now: c.Now}
}

// coming gives the members who are registered for a meeting and were approved; those whom a door let in are known by their scans.
func (c *Carnet) coming(meeting store.Meeting) (members []string, err error) {
	all, err := c.Requests.RegisteredFor(meeting)
	for _, g := range all {
		if g.Status == requests.Approved && g.Source != door.AtDoor {
			members = append(members, g.Person)
		}
	}
	return members, err
}

// invited counts the people to whom an invitation to a meeting was written, by any office.
func (c *Carnet) invited(meeting store.Meeting) (n int, err error) {
	people := map[string]bool{}
	mailings, err := store.Linked[store.Mailing](c.Store, meeting.ID)
	for _, mailing := range mailings {
		if mailing.Sort != "invitation" {
			continue
		}
		messages, err := store.Linked[store.Message](c.Store, mailing.ID)
		if err != nil {
			return 0, err
		}
		for _, one := range messages {
			if one.Mailing == mailing.ID {
				people[cmp.Or(c.Store.Person(one.Member), one.To, one.ID)] = true
			}
		}
	}
	return len(people), err
}

// ours tells whether this laptop's role lets it change the members of an office.
func (c *Carnet) ours(office string) bool {
	return c.Network.MayMembersOf(office) == nil && c.Network.Holds(office)
}

// networkID is the id of the network, by which calendars elsewhere know our meetings; empty without one.
func (c *Carnet) networkID() string {
	about, err := c.Network.About()
	if err != nil {
		return ""
	}
	return about.Network
}

// Close ends rounds under way and closes the store.
func (c *Carnet) Close() error {
	c.Network.Stop()
	return c.Store.Close()
}
