package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/sync/bucket"
)

// dayBefore is what the office prepares: three laptops of one network with the same people and the same meeting, and nothing else in common.
type dayBefore struct {
	meeting string
	members []string
	morning []store.Scan
}

var stations = []string{"A", "B", "C"}

// prepare makes the homes, exchanging by a stick that stays at the office.
func prepare(ctx context.Context, o options) (d dayBefore, err error) {
	dir := o.dir
	stick := bucket.Remote{Kind: bucket.Folder, Path: filepath.Join(dir, "stick")}
	if err := os.Mkdir(stick.Path, 0o700); err != nil {
		return d, err
	}
	first, err := app.Open(home(dir, "A"), app.Options{Passphrase: passphrase, Create: true})
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, first.Close()) }()
	if _, err := first.Network.Create(network.Founding{Name: "Forum", Office: "Hall", Coordinator: "Ada Alderbrook"}); err != nil {
		return d, err
	}
	if err := first.Network.SetRemote(stick); err != nil {
		return d, err
	}
	chapter, _, err := first.People.AddChapter(map[string]string{"name": "All", "kind": "programme"})
	if err != nil {
		return d, err
	}
	if d.members, err = invite(first, chapter.ID, o.people); err != nil {
		return d, err
	}
	meeting, _, err := first.Meetings.Add(map[string]string{"title": "Forum", "chapter": chapter.ID, "start": time.Now().Format("2006-01-02T15:04"), "zone": "America/Toronto", "minutes": "480"}, stations)
	if err != nil {
		return d, err
	}
	d.meeting = meeting.ID
	if d.morning, err = pass(first, d, o.before); err != nil {
		return d, err
	}
	for _, name := range stations[1:] {
		if err := join(ctx, first, home(dir, name), name); err != nil {
			return d, fmt.Errorf("laptop %s: %w", name, err)
		}
	}
	return d, os.RemoveAll(stick.Path)
}

func home(dir, name string) string { return filepath.Join(dir, "laptop-"+name) }

// invite writes the people down.
func invite(carnet *app.Carnet, chapter string, n int) (ids []string, err error) {
	_, err = carnet.Store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for i := range n {
			m := store.Member{ID: store.NewID(store.KindMember), Given: fmt.Sprintf("Guest %d", i+1), Family: familyOf(i), Chapters: []string{chapter}, Language: []string{"en", "fr"}[i%2]}
			ids = append(ids, m.ID)
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(m); return err }) {
				return
			}
		}
	})
	return ids, err
}

// pass notes what the doors saw before the day that is watched: everybody in and out in turn.
func pass(carnet *app.Carnet, d dayBefore, n int) (scans []store.Scan, err error) {
	began := time.Now().Add(-time.Hour)
	_, err = carnet.Store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for i := range n {
			fact := store.ScanFact{Meeting: d.meeting, Member: d.members[i%len(d.members)], Kind: []string{"in", "out"}[i/len(d.members)%2],
				At: began.Add(time.Duration(i) * time.Hour / time.Duration(n)).UnixMilli(), Station: stations[i%len(stations)], Nonce: fmt.Sprintf("morning-%d", i)}
			scan := store.Scan{ID: store.ScanID(fact), Fact: fact}
			scans = append(scans, scan)
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(scan); return err }) {
				return
			}
		}
	})
	return scans, err
}

func familyOf(n int) string { return fmt.Sprintf("Number%04d", n+1) }

func join(ctx context.Context, first *app.Carnet, home, name string) (err error) {
	invited, err := first.Network.Invite(network.NewInvitation{Office: "Hall", Coordinator: "Door " + name, Role: "door"})
	if err != nil {
		return err
	}
	ticket, err := network.ReadInvitation(invited.File, "", time.Now())
	if err != nil {
		return err
	}
	carnet, err := app.Open(home, app.Options{Passphrase: passphrase, Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, carnet.Close()) }()
	if _, err := carnet.Network.Accept(ticket); err != nil {
		return err
	}
	for _, who := range []*app.Carnet{first, carnet, first, carnet} {
		if _, err := who.Network.Sync(ctx); err != nil {
			return err
		}
	}
	return nil
}
