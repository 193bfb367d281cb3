package command

import (
	"encoding/json"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

type remotePolicy struct {
	URL       string `arg:"" optional:"" help:"remote_url"`
	For       string `enum:"aws,minio," default:"" placeholder:"aws|minio" help:"remote_policy_for"`
	Admin     bool   `help:"remote_policy_admin"`
	Principal string `placeholder:"ARN" help:"remote_policy_principal"`
}

type policyDoc struct {
	For    string        `json:"for"`
	Admin  bool          `json:"admin"`
	Policy bucket.Policy `json:"policy"`
	Advice string        `json:"advice"`
}

// Run prints what can be pasted as it is; what is said besides goes to stderr.
func (c *remotePolicy) Run(r *run) error {
	remote, err := c.remote(r)
	if err != nil {
		return err
	}
	service := c.For
	if service == "" {
		service = serviceAt(remote.Endpoint)
	}
	policy, err := bucket.PolicyOf(remote, service, c.Admin, c.Principal)
	if err != nil {
		return err
	}
	doc := policyDoc{For: service, Admin: c.Admin, Policy: policy, Advice: r.words.Say("cli.policy.advice."+service, nil)}
	if !r.json {
		r.note("cli.policy.advice."+service, nil)
	}
	return r.answer(doc, func() string {
		text, err := json.MarshalIndent(policy, "", "  ")
		if err != nil {
			return "" // it holds nothing but text
		}
		return string(text)
	})
}

// remote is the one that was typed, or the one in use.
func (c *remotePolicy) remote(r *run) (bucket.Remote, error) {
	if c.URL != "" {
		return bucket.ParseRemote(c.URL)
	}
	carnet, err := r.open()
	if err != nil {
		return bucket.Remote{}, err
	}
	remote := carnet.Network.Remote().Remote
	if remote.Kind == "" {
		return bucket.Remote{}, fault.New("no_remote")
	}
	return remote, nil
}

func serviceAt(endpoint string) string {
	if strings.HasSuffix(endpoint, ".amazonaws.com") || strings.HasSuffix(endpoint, ".amazonaws.com.cn") {
		return bucket.ForAWS
	}
	return bucket.ForMinIO
}
