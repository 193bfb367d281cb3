# Carnet. The two commands to know: make demo, make test.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo demo-clean test test-long sim test-go test-frontend dev build binary lint fmt bindings e2e venue bench bench-sync scale screenshots smoke setup tools help

GO_SOURCES = $(shell git ls-files '*.go')
WINDOW_TAGS = desktop,production,webkit2_41
BINARY = build/bin/carnet

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

demo: ## two offices and a forum without internet, end to end, then the window
	@build/setup.sh demo
	@$(MAKE) -s binary
	@go run ./build/demo

demo-clean: ## remove the homes that the demo left
	@rm -rf demo

test: ## everything that must hold, from formatting to the real window
	@build/setup.sh test
	@build/test.sh

test-long: ## the long runs: 100,000 histories of merge, 200 kills, mail killed at each step, damage at every byte, 20,000 simulated networks, 50 rounds of each fault, sync whole under the race detector
	@build/setup.sh test
	CARNET_KILLS=200 CARNET_LONG=1 go test -timeout 170m ./store/ -rapid.checks=100000
	CARNET_LONG=1 go test -timeout 60m -run Killed ./app/post
	build/sim.sh 1 20000
	CARNET_FAULT_ROUNDS=50 go test -v -parallel 12 -timeout 60m ./sync/faults
	go test -race -timeout 60m ./sync

sim: ## simulated networks against a hostile bucket: SEEDS=n of them from FIRST on, or the one of SEED
	build/sim.sh $(or $(SEED),$(FIRST),1) $(if $(SEED),1,$(or $(SEEDS),500))

test-go: ## Go tests alone, quick
	@build/setup.sh test
	go test ./...

test-frontend: ## frontend checks and unit tests alone
	@build/setup.sh test
	cd frontend && npm run -s check && npm run -s lint && npm run -s test

dev: ## the window with live reload
	@build/setup.sh test
	build/tools/bin/wails dev -tags webkit2_41

build: ## build/bin/carnet: window and command line in one
	@build/setup.sh test
	build/tools/bin/wails build -tags webkit2_41 -clean=false

# What `wails build` does, without its command: the demonstration needs no more.
binary: $(BINARY)
$(BINARY): $(GO_SOURCES) frontend/dist/index.html go.mod go.sum app/locale/en.json app/locale/fr.json
	@echo "building the window (the first time takes a minute or two)"
	@CGO_ENABLED=1 go build -tags $(WINDOW_TAGS) -trimpath -ldflags '-s -w' -o $(BINARY) .

frontend/dist/index.html: $(shell git ls-files frontend/src frontend/phone frontend/public frontend/index.html frontend/vite.config.ts frontend/package-lock.json) app/locale/en.json app/locale/fr.json
	@echo "building the frontend"
	@cd frontend && npm run -s build -- --logLevel warn
	@touch $@

lint: ## linters for Go and the frontend
	@build/setup.sh test
	build/tools/bin/golangci-lint run ./...
	cd frontend && npm run -s lint

fmt: ## format everything
	gofmt -w $(GO_SOURCES)
	cd frontend && npm run -s format

bindings: ## the frontend's view of the bound methods
	@build/setup.sh test
	@build/bindings.sh

e2e: ## the window's flows in Chromium against the real Go side
	@build/setup.sh test
	@$(MAKE) -s frontend/dist/index.html
	cd frontend && npm run -s e2e

screenshots: ## every screen in both languages and themes, into docs/screens; ONLY="members today" takes some
	@build/setup.sh test
	@$(MAKE) -s frontend/dist/index.html
	cd frontend && npm run -s screenshots -- $(ONLY)

venue: ## a forum day in network namespaces: three doors, two phones, a switch that fails (Linux, root); SCANS=n passes
	@build/setup.sh test
	@$(MAKE) -s frontend/dist/index.html
	@build/venue.sh -scans $(or $(SCANS),2000)

smoke: binary ## the production binary shows its window
	@build/smoke.sh

bench: ## the budgets, beside the machine's own limits
	@build/setup.sh test
	go run ./build/bench
	@$(MAKE) -s frontend/dist/index.html
	@rm -f $${TMPDIR:-/tmp}/carnet-window-speed.txt
	cd frontend && CARNET_SPEED=$${TMPDIR:-/tmp}/carnet-window-speed.txt npm run -s e2e speed

bench-sync: ## the budgets of sync, counted between Carnet and a real server
	@build/setup.sh test
	go run ./build/bench sync

scale: ## what a year of a network asks of a bucket, and what that costs
	@go run ./build/scale

setup: ## install what is missing
	@build/setup.sh test

tools: ## the development tools alone
	@build/tools/build.sh
