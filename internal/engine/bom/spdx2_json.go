// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

// An spdxReader reads SPDX 2 in JSON. It is our own, because a document of
// some megabytes takes the general library half a second.
type spdxReader struct {
	*scanner
	spdx spdx2
	sums []Hash // of the package being read
}

// readSPDXJSON reads SPDX 2.2 and 2.3 in JSON.
func readSPDXJSON(data []byte, lim Limits) (*Document, error) {
	return readJSON(data, lim, func(s *scanner) *Document {
		r := &spdxReader{scanner: s, spdx: newSPDX2(s.builder, "json")}
		r.document()
		s.finished()
		if s.err != nil {
			return nil
		}
		doc, _ := r.spdx.finishSPDX2()
		return doc
	})
}

func (r *spdxReader) document() {
	version := ""
	at := int64(-1)
	for name := range r.members {
		switch string(name) {
		case "spdxVersion":
			at = r.offset()
			version = r.token()
		case "SPDXID":
			r.other()
		case "name":
			r.doc.Name = r.string()
		case "documentNamespace":
			r.doc.Serial = r.string()
		case "creationInfo":
			r.creation()
		case "documentDescribes":
			r.describes()
		case "packages":
			for range r.elements {
				r.pack()
			}
		case "files", "snippets":
			for range r.elements {
				r.file()
			}
		case "relationships":
			r.relationships()
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return
	}
	if p := r.spdx.version(version, "/spdxVersion"); p != nil {
		r.stop(p.at(locate(r.data, at)))
	}
}

// other reads the identifier of something that is no package.
func (r *spdxReader) other() {
	if n := r.ref(); n >= 0 && r.owner[n] == -1 {
		r.owner[n] = notPackage
	}
}

// ref reads an identifier and numbers it, -1 for none.
func (r *spdxReader) ref() int32 {
	b := r.bytes()
	if b == nil {
		return -1
	}
	if n, ok := r.symbols[string(b)]; ok {
		return n
	}
	return r.spdx.element(r.keep(b))
}

func (r *spdxReader) creation() {
	for name := range r.members {
		switch string(name) {
		case "created":
			at := r.offset()
			r.doc.Created = r.time(r.string(), "/creationInfo/created", at)
		case "creators":
			for range r.elements {
				r.spdx.creator(r.string())
			}
		default:
			r.skip()
		}
	}
}

func (r *spdxReader) describes() {
	for range r.elements {
		if n := r.ref(); n >= 0 {
			r.spdx.described = append(r.spdx.described, n)
		}
	}
}

// file reads a file or snippet for its identifier only.
func (r *spdxReader) file() {
	for name := range r.members {
		if string(name) == "SPDXID" {
			r.other()
		} else {
			r.skip()
		}
	}
}

// pack reads one package.
func (r *spdxReader) pack() {
	if r.err == nil && r.dec.PeekKind() != '{' {
		r.wrongType("object")
		return
	}
	at := r.offset()
	var c Component
	var originator string
	for name := range r.members {
		switch string(name) {
		case "supplier":
			_, c.Supplier = spdxActor(r.token())
		case "originator":
			_, originator = spdxActor(r.token())
		case "checksums":
			c.Hashes = r.checksums()
		case "externalRefs":
			for range r.elements {
				r.externalRef(&c)
			}
		default:
			if !r.field(name, &c) {
				r.skip()
			}
		}
	}
	if c.Supplier == "" {
		c.Supplier = originator
	}
	if r.err == nil {
		r.spdx.addPackage(c, r.path, at)
	}
}

// field reads the plain texts of a package.
func (r *spdxReader) field(name []byte, c *Component) bool {
	switch string(name) {
	case "SPDXID":
		c.Ref = r.string()
	case "name":
		c.Name = r.token()
	case "versionInfo":
		c.Version = r.token()
	case "licenseDeclared":
		c.Declared = licence(r.token())
	case "licenseConcluded":
		c.Concluded = licence(r.token())
	case "copyrightText":
		c.Copyright = stated(r.token())
	case "downloadLocation":
		c.Location = stated(r.token())
	case "primaryPackagePurpose":
		c.Type = purpose(r.token())
	default:
		return false
	}
	return true
}

func (r *spdxReader) checksums() []Hash {
	list := r.sums[:0]
	for range r.elements {
		var h Hash
		for name := range r.members {
			switch string(name) {
			case "algorithm":
				h.Alg = hashName(r.token())
			case "checksumValue":
				h.Value = r.string()
			default:
				r.skip()
			}
		}
		if h.Value != "" {
			list = append(list, h)
		}
	}
	r.sums = list
	return r.keepHashes(list)
}

func (r *spdxReader) externalRef(c *Component) {
	var typ, locator string
	for name := range r.members {
		switch string(name) {
		case "referenceType":
			typ = r.token()
		case "referenceLocator":
			locator = r.string()
		default:
			r.skip()
		}
	}
	reference(c, typ, locator)
}

func (r *spdxReader) relationships() {
	for i := range r.elements {
		var a, b int32 = -1, -1
		var typ string
		for name := range r.members {
			switch string(name) {
			case "spdxElementId":
				a = r.ref()
			case "relatedSpdxElement":
				b = r.ref()
			case "relationshipType":
				typ = r.token()
			default:
				r.skip()
			}
		}
		r.spdx.relationship(a, typ, b, i)
	}
}
