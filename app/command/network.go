package command

import (
	"strconv"

	"example.org/carnet/app/network"
	"example.org/carnet/store"
)

type networkCmd struct {
	Compact  networkCompact  `cmd:"" help:"network_compact"`
	Create   networkCreate   `cmd:"" help:"network_create"`
	Show     networkShow     `cmd:"" help:"network_show"`
	Recover  networkRecover  `cmd:"" help:"network_recover"`
	Recovery networkRecovery `cmd:"" help:"network_recovery"`
	Policy   networkPolicy   `cmd:"" help:"network_policy"`
}

type networkCreate struct {
	Name        string `required:"" help:"network_name"`
	Office      string `required:"" help:"network_office"`
	Coordinator string `required:"" help:"network_coordinator"`
}

// aboutDoc is this laptop's place in its network.
type aboutDoc struct {
	Name        string `json:"name"`
	Network     string `json:"network"`
	Device      string `json:"device"`
	Office      string `json:"office"`
	OfficeName  string `json:"office_name"`
	Role        string `json:"role"`
	Coordinator string `json:"coordinator"`
	State       string `json:"state"` // active, pending, revoked
	Fingerprint string `json:"fingerprint,omitempty"`
	Recovery    string `json:"recovery,omitempty"` // words, when they were just made
}

func aboutOf(a network.About) aboutDoc {
	return aboutDoc{
		Name: a.Name, Network: a.Network, Device: a.Device, Office: a.Office, OfficeName: a.OfficeName,
		Role: a.Role, Coordinator: a.Coordinator, State: a.State, Fingerprint: a.Fingerprint, Recovery: a.Recovery,
	}
}

func (a aboutDoc) facts() map[string]string {
	return map[string]string{"network": a.Name, "office": a.OfficeName, "coordinator": a.Coordinator, "device": a.Device}
}

func (c *networkCreate) Run(r *run) error {
	founding := network.Founding{Name: c.Name, Office: c.Office, Coordinator: c.Coordinator}
	if err := founding.Check(); err != nil {
		return err
	}
	carnet, err := r.openBare(true)
	if err != nil {
		return err
	}
	about, err := carnet.Network.Create(founding)
	if err != nil {
		return err
	}
	doc := aboutOf(about)
	return r.answer(doc, func() string {
		return r.words.Say("cli.network.created", doc.facts()) + "\n" + r.words.Say("cli.network.words", map[string]string{"words": doc.Recovery})
	})
}

type networkShow struct{}

// networkDoc adds what the laptop holds.
type networkDoc struct {
	aboutDoc
	RosterVersion uint64 `json:"roster_version"`
	Offices       int    `json:"offices"`
	Laptops       int    `json:"laptops"`
	Members       int    `json:"members"`
	Communities   int    `json:"communities"`
	Chapters      int    `json:"chapters"`
	Meetings      int    `json:"meetings"`
	Scans         int    `json:"scans"`
	Conflicts     int    `json:"conflicts"`
	Waiting       int    `json:"waiting"`
}

func (c *networkShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	conflicts, err := carnet.Store.Conflicts()
	if err != nil {
		return err
	}
	about, err := carnet.Network.About()
	if err != nil {
		return err
	}
	doc := networkDoc{
		aboutDoc: aboutOf(about), RosterVersion: about.RosterVersion, Offices: about.Offices, Laptops: about.Laptops,
		Members: carnet.Store.Count(store.KindMember), Communities: carnet.Store.Count(store.KindCommunity),
		Chapters: carnet.Store.Count(store.KindChapter), Meetings: carnet.Store.Count(store.KindMeeting),
		Scans: carnet.Store.Count(store.KindScan), Conflicts: len(conflicts), Waiting: carnet.Network.Waiting(),
	}
	return r.answer(doc, func() string {
		facts := doc.facts()
		facts["role"] = r.words.Say("network.role."+doc.Role, nil)
		facts["members"], facts["meetings"] = strconv.Itoa(doc.Members), strconv.Itoa(doc.Meetings)
		facts["waiting"], facts["conflicts"] = strconv.Itoa(doc.Waiting), strconv.Itoa(doc.Conflicts)
		return r.words.Say("cli.network.shown", facts) + r.fingerprint(doc.Fingerprint)
	})
}

// fingerprint is a line more for a laptop that came on an invitation.
func (r *run) fingerprint(of string) string {
	if of == "" {
		return ""
	}
	return "\n" + r.words.Say("cli.network.fingerprint", map[string]string{"fingerprint": of})
}
