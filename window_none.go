//go:build !desktop && !dev && !bindings && !production

package main

// window is absent from a plain build, which needs no C compiler and no display.
var window func(home, lang string) error
