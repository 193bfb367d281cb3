package audience

// The kinds of communities are Statistics Canada's census subdivision types.

// indigenous are the kinds of First Nations', Inuit and Métis communities.
var indigenous = set("IRI", "S-É", "S-E", "IGD", "NL", "NVL", "SG", "TC", "TI", "TK", "TL", "TAL", "TWL", "VC", "VK", "VN")

// urban are cities and regional municipalities.
var urban = set("C", "CV", "CY", "RG", "RGM", "MRC")

// anySize are kinds that a place of three hundred people may have as well as one of three hundred thousand, so that a
// person must look.
var anySize = set("T", "TV", "V", "MU", "M", "DM", "SM", "CM", "IM", "FD")

func set(kinds ...string) map[string]bool {
	in := map[string]bool{}
	for _, kind := range kinds {
		in[kind] = true
	}
	return in
}
