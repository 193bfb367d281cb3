package people_test

import (
	"context"
	"os"
	"testing"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

const towns = "id,name,name_fr,classification,organization_name\n" +
	"ocd-division/country:ca/csd:2465005,Laval,Laval,V,Ville de Laval\n" +
	"ocd-division/country:ca/csd:3553005,Greater Sudbury,Grand Sudbury,CV,City of Greater Sudbury\n" +
	"ocd-division/country:ca/csd:1001113,,,T,\n"

func TestTwoOfficesMakeTheSameCommunitiesOfOneList(t *testing.T) {
	path := written(t, "towns.csv", towns)
	a, b := office(t), office(t)
	for _, p := range []*people.People{a, b} {
		report, err := p.ImportCommunities(context.Background(), path, people.ImportOptions{})
		if err != nil || report.Created != 2 || len(report.Refused) != 1 {
			t.Fatalf("%+v %v", report, err)
		}
	}
	laval, err := a.Community("laval")
	if err != nil || laval.Province != "QC" || laval.Country != "CA" || laval.Kind != "V" {
		t.Errorf("%+v %v", laval, err)
	}
	if other, _ := b.Community("Ville de Laval"); other != laval {
		t.Errorf("%+v", other)
	}
	if sudbury, err := a.Community("Grand Sudbury"); err != nil || sudbury.Province != "ON" {
		t.Errorf("%+v %v", sudbury, err)
	}
	again, err := a.ImportCommunities(context.Background(), path, people.ImportOptions{})
	if err != nil || again.Unchanged != 2 || again.Created+again.Updated != 0 {
		t.Errorf("%+v %v", again, err)
	}
}

func TestANameMeansThePlaceWithACouncil(t *testing.T) {
	p := office(t)
	if _, err := p.ImportCommunities(context.Background(), written(t, "towns.csv", "id,name,classification,organization_name\n"+
		"ocd-division/country:ca/csd:1307022,Moncton,C,City of Moncton\nocd-division/country:ca/csd:1307019,Moncton,P,\n"+
		"ocd-division/country:ca/csd:1209034,Halifax,RGM,Halifax Regional Municipality\n"), people.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]string{"Moncton": "C", "Moncton, N.-B.": "C", "Regional Municipality of Halifax": "RGM", "Halifax": "RGM"} {
		if c, err := p.Community(name); err != nil || c.Kind != kind {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
}

func TestTheWholeListOfCanadasCommunitiesIsRead(t *testing.T) {
	const path = "../../../shared/data/communities-ca.csv"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the list of communities is not beside the project")
	}
	p := office(t)
	report, err := p.ImportCommunities(context.Background(), path, people.ImportOptions{})
	if err != nil || report.Created != 5162 || len(report.Refused)+len(report.Duplicates) != 0 {
		t.Fatalf("%+v %v", report, err)
	}
	without := 0
	for c, err := range store.All[store.Community](p.Store) {
		if err != nil || c.Province == "" {
			without++
		}
	}
	if without > 0 || p.Store.Count(store.KindCommunity) != 5162 {
		t.Errorf("%d without a province", without)
	}
	if c, err := p.Community("Montreal"); err != nil || c.Province != "QC" {
		t.Errorf("%+v %v", c, err)
	}
	again, err := p.ImportCommunities(context.Background(), path, people.ImportOptions{})
	if err != nil || again.Unchanged != 5162 {
		t.Errorf("again: %+v %v", again, err)
	}
}
