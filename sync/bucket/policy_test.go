package bucket_test

import (
	"encoding/json"
	"slices"
	"testing"

	"example.org/carnet/sync/bucket"
)

func s3At(t *testing.T, address string) bucket.Remote {
	t.Helper()
	remote, err := bucket.ParseRemote(address)
	if err != nil {
		t.Fatal(err)
	}
	return remote
}

// rules reads a policy as the service would, strictly by its form.
func rules(t *testing.T, text string) map[string]map[string]any {
	t.Helper()
	var document struct {
		Version   string
		Statement []map[string]any
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	if document.Version != "2012-10-17" {
		t.Errorf("version %q", document.Version)
	}
	bySid := map[string]map[string]any{}
	for _, rule := range document.Statement {
		for field := range rule {
			if !slices.Contains([]string{"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}, field) {
				t.Errorf("there is no field %s in a policy", field)
			}
		}
		bySid[rule["Sid"].(string)] = rule
	}
	return bySid
}

func said(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestThePolicyForAWSCreatesAndNeverReplaces(t *testing.T) {
	remote := s3At(t, "s3://climat/net/a?region=ca-central-1")
	laptop := rules(t, policyText(t, remote, bucket.ForAWS, false))
	for name, want := range map[string][3]string{
		"CarnetList":   {`["s3:ListBucket"]`, `["arn:aws:s3:::climat"]`, `{"StringLike":{"s3:prefix":["net/a/*"]}}`},
		"CarnetRead":   {`["s3:GetObject"]`, `["arn:aws:s3:::climat/net/a/*"]`, `null`},
		"CarnetCreate": {`["s3:PutObject"]`, `["arn:aws:s3:::climat/net/a/*"]`, `{"Null":{"s3:if-none-match":["false"]}}`},
		"CarnetKeep":   {`["s3:DeleteObject","s3:DeleteObjectVersion"]`, `["arn:aws:s3:::climat/net/a/*"]`, `null`},
	} {
		rule := laptop[name]
		if got := [3]string{said(t, rule["Action"]), said(t, rule["Resource"]), said(t, rule["Condition"])}; got != want {
			t.Errorf("%s says %v", name, got)
		}
	}
	if laptop["CarnetKeep"]["Effect"] != "Deny" || laptop["CarnetCreate"]["Effect"] != "Allow" || len(laptop) != 4 {
		t.Errorf("the rules are %v", laptop)
	}
	admin := rules(t, policyText(t, remote, bucket.ForAWS, true))
	if admin["CarnetDelete"]["Effect"] != "Allow" || said(t, admin["CarnetDelete"]["Action"]) != `["s3:DeleteObject"]` || admin["CarnetKeep"] != nil {
		t.Errorf("the admin's rules are %v", admin)
	}
}

func TestAPolicyOfABucketNamesWhoseItIs(t *testing.T) {
	policy, err := bucket.PolicyOf(s3At(t, "s3://climat"), bucket.ForAWS, false, "arn:aws:iam::111122223333:user/carnet")
	if err != nil {
		t.Fatal(err)
	}
	for name, rule := range rules(t, said(t, policy)) {
		if said(t, rule["Principal"]) != `{"AWS":"arn:aws:iam::111122223333:user/carnet"}` {
			t.Errorf("%s is for %v", name, rule["Principal"])
		}
	}
	if list := rules(t, said(t, policy))["CarnetList"]; list["Condition"] != nil {
		t.Error("a bucket without a prefix is listed whole")
	}
}

func TestOnlyAServiceHasAPolicy(t *testing.T) {
	for _, remote := range []bucket.Remote{{Kind: bucket.Folder, Path: "/srv/x"}, {Kind: bucket.LAN, Endpoint: "h:1"}} {
		_, err := bucket.PolicyOf(remote, bucket.ForAWS, false, "")
		wantFault(t, err, "policy_not_s3")
	}
}
