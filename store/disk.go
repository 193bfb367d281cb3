package store

import "example.org/carnet/store/durable"

func diskFault(path string, err error) error { return durable.Fault(path, err) }

func syncDir(dir string) error { return durable.SyncDir(dir) }

func replaceFile(path string, content []byte) error { return durable.Write(path, content) }
