package network

import (
	"context"

	"example.org/carnet/store"
)

// CheckReport is what a check read.
type CheckReport struct {
	Records  int
	Changes  int
	Objects  int // in the bucket, when that was asked for
	Problems []store.Problem
}

// Check reads and verifies everything here and, when asked, in the bucket. Faults: those of the
// bucket; what is damaged is a problem, not a fault.
func (n *Network) Check(ctx context.Context, remote bool) (CheckReport, error) {
	local, err := n.Store.Check()
	if err != nil {
		return CheckReport{}, err
	}
	report := CheckReport{Records: local.Records, Changes: local.Changes, Problems: local.Problems}
	if !remote {
		return report, nil
	}
	engine, err := n.exchange()
	if err != nil {
		return CheckReport{}, err
	}
	objects, problems, err := engine.Check(ctx)
	if err != nil {
		return CheckReport{}, err
	}
	report.Objects = objects
	for _, p := range problems {
		report.Problems = append(report.Problems, store.Problem{Where: p.Key, What: p.Reason})
	}
	return report, nil
}
