package main

// What one request moves, headers included, as `make bench-sync` counts it between Carnet and versitygw. AWS adds TLS and
// says other headers; the sum is about the same.
const (
	listOut  = 420 // bytes of a listing's request
	listIn   = 873 // of an answer that lists nothing
	listLine = 305 // for each object in it
	getOut   = 475
	getIn    = 512 // without the object
	putOut   = 581 // without the object
	putIn    = 510

	deltaBody = 324 // one change of one field, sealed and signed
	moreBody  = 20  // each further change in the same delta
	headBody  = 30  // a word on each other laptop that was heard since its author's last delta
	mostHeads = 10  // words that a delta with edits has

	fullPerMember = 192 // of a full snapshot, for a member with ten scans
	partBody      = 4 << 20
	signers       = 3 // laptops that make a full snapshot again and sign it

	listPage = 1000 // objects in one answer
)

// Prices of Amazon S3 Standard in us-east-1, in dollars, as assumed here.
const (
	priceAsk     = 0.005 / 1000  // PUT and LIST
	priceGet     = 0.0004 / 1000 // GET
	priceStorage = 0.023 / 1e9   // a byte for a month
	priceEgress  = 0.09 / 1e9    // a byte
)
