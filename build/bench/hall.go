package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/sync/bucket"
)

// hallCommand makes the homes that the window's own measurement opens: frontend/e2e/speed-door.test.mjs.
const hallCommand = "hall"

// hall is two laptops of one network and the folder between them. The office has changes that the door has not heard of.
type hall struct {
	Door    string // home
	Office  string // home
	Meeting string // today's, its id
	Guests  []guest
	Bucket  string   // the folder between them
	Coming  []coming // what the office changed each time, in order
}

// coming is in files that lie under Bucket + heldBack until they are moved.
type coming struct {
	Files  []string
	Member string // the last one that is changed by it
}

const (
	heldBack = ".coming"
	comings  = 5   // times that the office changes as much as foreignChanges says, where it has so many members
	unharmed = 500 // members whom it never changes
)

// added gives the files that work adds to a folder.
func added(folder string, work func() error) (files []string, err error) {
	before := map[string]bool{}
	each := func(take func(path string)) error {
		return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				take(path)
			}
			return err
		})
	}
	if err := errors.Join(each(func(path string) { before[path] = true }), work()); err != nil {
		return nil, err
	}
	return files, each(func(path string) {
		if !before[path] {
			files = append(files, path)
		}
	})
}

// holdBack moves what is to come beside the folder. Publishing is another machine's work: here it would take the processors from what is measured.
func (h *hall) holdBack() (err error) {
	for _, one := range h.Coming {
		for _, path := range one.Files {
			aside := h.Bucket + heldBack + path[len(h.Bucket):]
			err = errors.Join(err, os.MkdirAll(filepath.Dir(aside), 0o700), os.Rename(path, aside))
		}
	}
	return err
}

// guest is somebody whom the office does not change.
type guest struct{ ID, Name string }

// makeHall fills dir, with as many members and scans as the bench was told, and prints what is there as one line of JSON. The homes open with CARNET_PASSPHRASE.
func (b *bench) makeHall(dir string) (err error) {
	h := hall{Door: filepath.Join(dir, "door"), Office: filepath.Join(dir, "office")}
	office, err := openHall(h.Office)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, office.Close()) }()
	if _, err := office.Network.Create(network.Founding{Name: "Forum", Office: "Montréal", Coordinator: "Ada Alderbrook"}); err != nil {
		return err
	}
	between := bucket.Remote{Kind: bucket.Folder, Path: filepath.Join(dir, "bucket")}
	h.Bucket = between.Path
	if err := bucket.Prepare(between); err != nil {
		return err
	}
	if err := office.Network.SetRemote(between); err != nil {
		return err
	}
	if h.Meeting, h.Guests, err = b.fillHall(office); err != nil {
		return err
	}
	if err := seatDoor(office, h.Door); err != nil {
		return err
	}
	if err := b.changeHall(office, &h); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(h)
}

// changeHall makes what is to come: each time other members are changed.
func (b *bench) changeHall(office *app.Carnet, h *hall) error {
	each := min(foreignChanges/fieldsChanged, max(0, b.members-unharmed)/comings)
	for first := 0; first < comings*each; first += each {
		of := func(n int) store.Member { return ours(office, changed)(first + n) }
		if _, err := office.Store.EditEach(many(each, of)); err != nil {
			return err
		}
		files, err := added(h.Bucket, func() error { _, err := office.Network.Sync(context.Background()); return err })
		if err != nil {
			return err
		}
		h.Coming = append(h.Coming, coming{files, memberOf(first + each - 1)})
	}
	return h.holdBack()
}

// ours gives the people to the office that writes them.
func ours(office *app.Carnet, of func(int) store.Member) func(int) store.Member {
	id := office.Network.MyOffice()
	return func(n int) store.Member {
		m := of(n)
		m.Office = id
		return m
	}
}

func openHall(home string) (*app.Carnet, error) {
	return app.Open(home, app.Options{Passphrase: os.Getenv("CARNET_PASSPHRASE"), Create: true})
}

// fillHall writes the people and their past, and puts them into the folder as one full snapshot.
func (b *bench) fillHall(office *app.Carnet) (meeting string, guests []guest, err error) {
	if _, err := office.Store.EditEach(many(b.members, ours(office, invented))); err != nil {
		return "", nil, err
	}
	ids := make([]string, b.members)
	for n := range ids {
		ids[n] = memberOf(n)
	}
	if _, err := office.Store.EditEach(inventedScans(ids, b.scans)); err != nil {
		return "", nil, err
	}
	m, _, err := office.Meetings.Add(map[string]string{"title": "Forum", "start": time.Now().UTC().Format("2006-01-02T15:04"), "zone": "UTC", "minutes": "480"}, nil)
	if err != nil {
		return "", nil, err
	}
	ctx := context.Background()
	if _, err := office.Network.Sync(ctx); err != nil {
		return "", nil, err
	}
	if err := office.Network.Compact(); err != nil {
		return "", nil, err
	}
	_, err = office.Network.Sync(ctx)
	for n := max(0, b.members-unharmed); n < b.members; n++ {
		who := invented(n)
		guests = append(guests, guest{who.ID, who.Given + " " + who.Family})
	}
	return m.ID, guests, err
}

// seatDoor lets a new laptop join and take everything in.
func seatDoor(office *app.Carnet, home string) (err error) {
	invited, err := office.Network.Invite(network.NewInvitation{Office: "Montréal", Coordinator: "Rémi Clairval", Role: "coordinator"})
	if err != nil {
		return err
	}
	ticket, err := network.ReadInvitation(invited.File, "", time.Now())
	if err != nil {
		return err
	}
	door, err := openHall(home)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, door.Close()) }()
	if _, err := door.Network.Accept(ticket); err != nil {
		return err
	}
	for _, who := range []*app.Carnet{office, door, office, door} {
		if _, err := who.Network.Sync(context.Background()); err != nil {
			return err
		}
	}
	door.Store.WaitDirectory()
	return nil
}
