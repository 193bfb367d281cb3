package desktop

import (
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/network"
	"example.org/carnet/store/directory"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
)

// networkView gathers the Network screen.
func (d *Desktop) networkView(c *app.Carnet) (NetworkView, error) {
	about, err := c.Network.About()
	if err != nil {
		return NetworkView{}, err
	}
	v := NetworkView{
		Name: about.Name, ID: about.Network, MyDevice: about.Device, MyRole: about.Role, MyOffice: about.OfficeName,
		CanAdmin: about.Role == "admin" && about.State == "active", Remote: remoteView(c.Network.Remote()),
		Rounds: d.roundLines(c.Network.LastRounds()), Quarantined: d.quarantinedRows(c), Lending: d.lending.view(),
	}
	v.Unsent, v.UnsentAll = d.unsentRows(c)
	if v.Offices, err = officeRows(c); err != nil {
		return NetworkView{}, err
	}
	if v.Laptops, err = d.laptopRows(c); err != nil {
		return NetworkView{}, err
	}
	if v.Remotes, err = d.remoteRows(c); err != nil {
		return NetworkView{}, err
	}
	if p, err := c.Network.Policy(); err == nil {
		v.Policy = PolicyView(p)
	}
	v.Invitations, err = d.invitationRows(c)
	return v, err
}

func officeRows(c *app.Carnet) ([]OfficeRow, error) {
	offices, err := c.Network.Offices()
	if err != nil {
		return nil, err
	}
	rows := []OfficeRow{}
	cards := c.Store.WaitDirectory()
	for _, o := range offices {
		_, members := cards.Members(directory.Query{Office: o.ID, Limit: 1})
		rows = append(rows, OfficeRow{ID: o.ID, Name: o.Name, Laptops: o.Laptops, Members: members})
	}
	return rows, nil
}

func (d *Desktop) laptopRows(c *app.Carnet) ([]LaptopRow, error) {
	laptops, err := c.Network.Laptops()
	rows := []LaptopRow{}
	terms := c.Network.Terms()
	for _, l := range laptops {
		row := LaptopRow{
			Device: l.Device, Coordinator: l.Coordinator, Office: l.OfficeName, Role: l.Role, State: l.State,
			LastSeen: sayWhen(d.words(), l.LastSeen), Mine: l.Mine, Asks: l.Asks, Fingerprint: l.Fingerprint,
		}
		if t, known := terms[l.Device]; known && l.State == "active" {
			row.Given, row.GivenTone = d.sayGiven(t)
			row.Taken, row.TakenTone = d.sayTaken(t)
		}
		rows = append(rows, row)
	}
	return rows, err
}

// sayGiven says whether a laptop has everything that this one sent.
func (d *Desktop) sayGiven(t carnetsync.Terms) (text, tone string) {
	switch {
	case t.HasOurs:
		return d.words().Say("network.given.all", nil), "good"
	case t.Told:
		return d.words().Say("network.given.some", nil), "wait"
	}
	return d.words().Say("network.given.unknown", nil), "wait"
}

// sayTaken says whether everything of a laptop that anybody told of is here.
func (d *Desktop) sayTaken(t carnetsync.Terms) (text, tone string) {
	if t.Whole {
		return d.words().Say("network.taken.all", nil), "good"
	}
	return d.words().Say("network.taken.some", nil), "wait"
}

func (d *Desktop) invitationRows(c *app.Carnet) ([]InvitationRow, error) {
	invitations, err := c.Network.Invitations()
	rows := []InvitationRow{}
	for _, i := range invitations {
		rows = append(rows, InvitationRow{
			ID: i.ID, Coordinator: i.Coordinator, Office: i.OfficeName, Role: i.Role, State: i.State,
			Approve: i.Approve, Expires: d.words().Date(i.Expires.Local(), locale.DayMonth),
		})
	}
	return rows, err
}

// remoteView shows where the bucket is, and of its credentials only that there are some.
func remoteView(r network.Remote) RemoteView {
	v := RemoteView{Kind: "none", HasCredentials: r.CredentialsFrom != network.NoCredentials}
	if r.Kind == "" {
		return v
	}
	v.Kind, v.URL, v.Folder = r.Kind, r.String(), r.Path
	v.Endpoint, v.Bucket, v.Prefix, v.Region, v.Insecure = r.Endpoint, r.Bucket, r.Prefix, r.Region, r.Insecure
	return v
}

// remote reads the form. It goes through the same door as an address that is typed.
func (f RemoteFields) remote() (bucket.Remote, error) {
	switch f.Kind {
	case "none", "":
		return bucket.Remote{}, nil
	case bucket.Folder:
		return bucket.ParseRemote(f.Folder)
	case bucket.LAN:
		return bucket.ParseRemote("lan://" + strings.TrimPrefix(strings.TrimSpace(f.Endpoint), "lan://"))
	}
	typed := bucket.Remote{
		Kind: bucket.S3, Bucket: strings.TrimSpace(f.Bucket), Prefix: strings.Trim(strings.TrimSpace(f.Prefix), "/"),
		Endpoint: strings.TrimSpace(f.Endpoint), Region: strings.TrimSpace(f.Region), Insecure: f.Insecure,
	}
	r, err := bucket.ParseRemote(typed.String())
	r.Credentials = bucket.Credentials{AccessKey: strings.TrimSpace(f.Access), SecretKey: strings.TrimSpace(f.Secret)}
	return r, err
}
