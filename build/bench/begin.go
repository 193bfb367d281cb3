package main

func (b *bench) measureBeginning() error { return nil }
