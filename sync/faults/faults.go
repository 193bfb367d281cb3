// Package faults holds tests alone: laptops exchange with a real S3 server while toxiproxy spoils their connections, the
// server dies, or its disk is full, and afterwards all must be whole. Nothing imports it.
package faults
