package store

import (
	"bytes"
	"iter"
	"slices"
)

// pile keeps millions of short rows in few blocks of memory, until they are sorted.
type pile struct {
	blocks [][]byte
	rows   []rowAt
}

// rowAt says where a row lies.
type rowAt struct{ block, from, size uint32 }

const pileBlock = 4 << 20

func (p *pile) add(rows [][]byte) {
	for _, row := range rows {
		last := len(p.blocks) - 1
		if last < 0 || len(p.blocks[last])+len(row) > cap(p.blocks[last]) {
			p.blocks = append(p.blocks, make([]byte, 0, max(pileBlock, len(row))))
			last++
		}
		p.rows = append(p.rows, rowAt{uint32(last), uint32(len(p.blocks[last])), uint32(len(row))})
		p.blocks[last] = append(p.blocks[last], row...)
	}
}

func (p *pile) at(r rowAt) []byte { return p.blocks[r.block][r.from : r.from+r.size] }

// sorted gives the rows in order. They hold as long as the pile.
func (p *pile) sorted() iter.Seq[[]byte] {
	slices.SortFunc(p.rows, func(a, b rowAt) int { return bytes.Compare(p.at(a), p.at(b)) })
	return func(yield func([]byte) bool) {
		for _, r := range p.rows {
			if !yield(p.at(r)) {
				return
			}
		}
	}
}
