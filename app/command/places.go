package command

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
)

// placeDoc is one place where changes are exchanged.
type placeDoc struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Kind        string `json:"kind"`
	Credentials string `json:"credentials"`
	Waiting     int    `json:"waiting"`
	LastContact string `json:"last_contact"` // RFC 3339; empty when it was never reached
}

func placeOf(p network.NamedRemote) placeDoc {
	doc := placeDoc{Name: p.Name, URL: p.String(), Kind: p.Kind, Credentials: p.CredentialsFrom, Waiting: p.Waiting}
	if !p.Contact.IsZero() {
		doc.LastContact = p.Contact.Format(time.RFC3339)
	}
	return doc
}

type remoteAdd struct {
	remoteArgs
	Name string `help:"remote_name"`
}

func (c *remoteAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	remote, err := c.read(r, carnet)
	if err != nil {
		return err
	}
	added, err := carnet.Network.AddRemote(c.Name, remote)
	if err != nil {
		return err
	}
	doc := placeOf(added)
	return r.answer(doc, func() string {
		return r.words.Say("cli.remote.added", map[string]string{"name": doc.Name, "url": doc.URL})
	})
}

type remoteRemove struct {
	Name string `arg:"" help:"remote_name"`
}

func (c *remoteRemove) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	if err := carnet.Network.RemoveRemote(c.Name); err != nil {
		return err
	}
	return r.answer(map[string]string{"name": c.Name}, func() string {
		return r.words.Say("cli.remote.removed", map[string]string{"name": c.Name})
	})
}

type remoteList struct{}

func (c *remoteList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	remotes, err := carnet.Network.Remotes()
	if err != nil {
		return err
	}
	docs := []placeDoc{}
	for _, remote := range remotes {
		docs = append(docs, placeOf(remote))
	}
	return r.answer(map[string]any{"items": docs, "total": len(docs)}, func() string {
		if len(docs) == 0 {
			return r.words.Say("cli.remote.none", nil)
		}
		var lines []string
		for _, d := range docs {
			line := d.Name + "  " + d.URL
			if d.Waiting > 0 {
				line += "  " + r.words.Count("cli.remote.waiting", d.Waiting, nil)
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "\n")
	})
}

// tellPlaces says what people should know of the places of a round: which could not be reached,
// which still lack something, and which have lost what they had.
func (r *run) tellPlaces(report network.Report) {
	for _, p := range report.Places {
		facts := map[string]string{"name": p.Name, "n": strconv.Itoa(max(p.Waiting, p.Lost))}
		switch {
		case p.Code != "" && len(report.Places) > 1:
			facts["reason"] = r.words.Error(fault.New(p.Code, "bucket", p.Name)).Text
			r.note("cli.sync.place-failed", facts)
		case p.Rewound:
			facts["n"] = strconv.Itoa(p.Lost)
			r.note("warning.bucket_rewound", facts)
		case p.Lost > 0:
			facts["n"] = strconv.Itoa(p.Lost)
			r.note("warning.bucket_lost_objects", facts)
		}
		if len(p.Gone) > 0 {
			r.note("cli.sync.place-gone", map[string]string{"name": p.Name, "objects": strings.Join(p.Gone, " ")})
		}
		if p.Waiting > 0 && len(report.Places) > 1 {
			facts["n"] = strconv.Itoa(p.Waiting)
			r.note("cli.sync.place-waits", facts)
		}
	}
	for _, device := range report.Split {
		r.note("warning.laptop_split", map[string]string{"device": device})
	}
	for _, device := range report.Silent {
		r.note("warning.laptop_silent", map[string]string{"device": device})
	}
}
