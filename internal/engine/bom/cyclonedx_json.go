// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

// cyclonedxVersions are the versions read, JSON and XML together; JSON exists
// since 1.2.
var cyclonedxVersions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// readCycloneDXJSON reads CycloneDX 1.2–1.7 in JSON.
func readCycloneDXJSON(data []byte, lim Limits) (*Document, error) {
	return readJSON(data, lim, func(s *scanner) *Document {
		r := &cyclonedxReader{scanner: s}
		r.doc.Format, r.doc.Encoding = CycloneDX, "json"
		r.document()
		s.finished()
		if s.err != nil {
			return nil
		}
		r.doc.Complete = r.stated.sum(r.owner, r.doc.Root)
		return r.finish(r.dangling)
	})
}

// A cyclonedxReader is the state of reading one document.
type cyclonedxReader struct {
	*scanner
	stated  claims
	targets []int32 // of the dependency being read
	sums    []Hash  // of the component being read
}

// document reads the outermost object.
func (r *cyclonedxReader) document() {
	format := ""
	for name := range r.members {
		switch string(name) {
		case "bomFormat":
			format = r.token()
		case "specVersion":
			r.specVersion()
		case "serialNumber":
			r.doc.Serial = r.string()
		case "metadata":
			r.metadata()
		case "components":
			r.components(-1)
		case "dependencies":
			r.dependencies()
		case "compositions":
			r.compositions()
		default:
			r.skip()
		}
	}
	if r.err == nil && format != "CycloneDX" {
		r.warn("bom.format_missing", "/bomFormat", -1, "bomFormat", "CycloneDX")
	}
	if r.err == nil && r.doc.Version == "" {
		r.warn("bom.format_missing", "/specVersion", -1, "specVersion", "1.2–1.7")
	}
}

func (r *cyclonedxReader) specVersion() {
	at := r.offset()
	r.doc.Version = r.token()
	if r.err == nil && r.doc.Version != "" && !knownVersion(r.doc.Version, cyclonedxVersions[2:]) {
		r.err = (&Problem{Code: "bom.version_unknown", Got: clip(r.doc.Version, 40), Want: "1.2–1.7", Path: "/specVersion"}).at(locate(r.data, at))
	}
}

func knownVersion(version string, known []string) bool {
	for _, k := range known {
		if version == k {
			return true
		}
	}
	return false
}

func (r *cyclonedxReader) metadata() {
	for name := range r.members {
		switch string(name) {
		case "timestamp":
			at := r.offset()
			r.doc.Created = r.time(r.string(), "/metadata/timestamp", at)
		case "tools":
			r.tools()
		case "authors":
			for range r.elements {
				if who := r.party(); who != "" {
					r.doc.Authors = append(r.doc.Authors, who)
				}
			}
		case "component":
			r.root()
		case "supplier":
			r.doc.Supplier = r.party()
		case "manufacture", "manufacturer":
			if who := r.party(); r.doc.Supplier == "" {
				r.doc.Supplier = who
			}
		default:
			r.skip()
		}
	}
}

// root reads the described product.
func (r *cyclonedxReader) root() {
	i := r.component(-1)
	if i >= 0 {
		r.doc.Root, r.doc.roots = int(i), []int32{i}
		r.doc.Name = joined(r.doc.Components[i].Group, r.doc.Components[i].Name, "/")
	}
}

// tools reads a list of tools, or since 1.5 an object of components and services.
func (r *cyclonedxReader) tools() {
	if r.err == nil && r.dec.PeekKind() != '{' {
		r.toolList()
		return
	}
	for name := range r.members {
		switch string(name) {
		case "components", "services":
			r.toolList()
		default:
			r.skip()
		}
	}
}

func (r *cyclonedxReader) toolList() {
	for range r.elements {
		var tool, version string
		for name := range r.members {
			switch string(name) {
			case "name":
				tool = r.token()
			case "version":
				version = r.token()
			default:
				r.skip()
			}
		}
		if tool != "" {
			r.doc.Tools = append(r.doc.Tools, joined(tool, version, " "))
		}
	}
}

// party reads an organisation or a person and gives its name, else its address.
func (r *cyclonedxReader) party() string {
	var called, mail string
	for name := range r.members {
		switch string(name) {
		case "name":
			called = r.token()
		case "email":
			mail = r.token()
		default:
			r.skip()
		}
	}
	if called == "" {
		return mail
	}
	return called
}
