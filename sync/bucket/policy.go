package bucket

import (
	"example.org/carnet/store/fault"
)

// Services that a policy can be written for.
const (
	ForAWS   = "aws"
	ForMinIO = "minio"
)

// Policy is what a service lets the holder of a laptop's keys do, in the language that AWS gave all of them.
type Policy struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Statement is one rule of a policy.
type Statement struct {
	Sid       string                         `json:"Sid"`
	Effect    string                         `json:"Effect"`
	Principal map[string]string              `json:"Principal,omitempty"`
	Action    []string                       `json:"Action"`
	Resource  []string                       `json:"Resource"`
	Condition map[string]map[string][]string `json:"Condition,omitempty"`
}

// PolicyOf writes the rules for the bucket of a remote: list and read, create but never replace where the
// service can tell the two apart, and no delete but for an admin. Attached to a user it needs no principal; as
// a bucket's own policy it names one. Faults: bad_remote, policy_not_s3.
func PolicyOf(r Remote, service string, admin bool, principal string) (Policy, error) {
	if r.Kind != S3 {
		return Policy{}, fault.New("policy_not_s3", "remote", r.String())
	}
	if service != ForAWS && service != ForMinIO {
		return Policy{}, fault.New("bad_remote", "remote", service)
	}
	bucket, below := "arn:aws:s3:::"+r.Bucket, ""
	if r.Prefix != "" {
		below = r.Prefix + "/"
	}
	objects := []string{bucket + "/" + below + "*"}
	list := Statement{Sid: "CarnetList", Effect: "Allow", Action: []string{"s3:ListBucket"}, Resource: []string{bucket}}
	if below != "" {
		list.Condition = map[string]map[string][]string{"StringLike": {"s3:prefix": {below + "*"}}}
	}
	create := Statement{Sid: "CarnetCreate", Effect: "Allow", Action: []string{"s3:PutObject"}, Resource: objects}
	if service == ForAWS { // MinIO has no such condition, though it keeps to the header itself
		create.Condition = map[string]map[string][]string{"Null": {"s3:if-none-match": {"false"}}}
	}
	rules := []Statement{list, {Sid: "CarnetRead", Effect: "Allow", Action: []string{"s3:GetObject"}, Resource: objects}, create, lastWord(admin, objects)}
	for i := range rules {
		if principal != "" {
			rules[i].Principal = map[string]string{"AWS": principal}
		}
	}
	return Policy{Version: "2012-10-17", Statement: rules}, nil
}

// lastWord lets an admin delete. To others it is refused outright, whatever other policies they have.
func lastWord(admin bool, objects []string) Statement {
	if admin {
		return Statement{Sid: "CarnetDelete", Effect: "Allow", Action: []string{"s3:DeleteObject"}, Resource: objects}
	}
	return Statement{Sid: "CarnetKeep", Effect: "Deny", Action: []string{"s3:DeleteObject", "s3:DeleteObjectVersion"}, Resource: objects}
}
