// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/yaml"
)

// readSPDXYAML reads SPDX 2 in YAML. The general library does it; only the
// version is found beforehand, for the message.
func readSPDXYAML(data []byte, lim Limits) (*Document, error) {
	r := newSPDX2(newBuilder(data, lim), "yaml")
	if p := r.version(yamlVersion(data), "spdxVersion"); p != nil {
		return nil, p
	}
	if n := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte(",")); n > maxYAML {
		return nil, &Problem{Code: "bom.too_many_elements", Want: itoa(maxYAML)}
	}
	tree, err := readYAML(data)
	if err != nil {
		p := &Problem{Code: "bom.yaml_invalid", Got: clip(err.Error(), 200), Want: spdx2Wanted}
		return nil, p.at(lineOf(err), 0)
	}
	return r.takeTree(tree)
}

// maxYAML bounds the lines and list elements, because the library takes a
// kilobyte for each.
const maxYAML = 300_000

var yamlVersionLine = regexp.MustCompile(`(?m)^["']?spdxVersion["']?\s*:\s*["']?([^"'\s]*)`)

func yamlVersion(data []byte) string {
	found := yamlVersionLine.FindSubmatch(data)
	if found == nil {
		return ""
	}
	return string(found[1])
}

// readYAML turns a panic of the library into an error: it trusts its input.
func readYAML(data []byte) (tree *spdx.Document, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("the reader failed: %v", broken)
		}
	}()
	return yaml.Read(bytes.NewReader(data))
}

var lineNumber = regexp.MustCompile(`\bline (\d+)`)

// lineOf finds the line that an error of the YAML reader names.
func lineOf(err error) int {
	found := lineNumber.FindStringSubmatch(err.Error())
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// takeTree takes over a whole document; every pointer in it may be nil.
func (r *spdx2) takeTree(tree *spdx.Document) (*Document, error) {
	r.doc.Name, r.doc.Serial = r.text(tree.DocumentName, "name"), r.text(tree.DocumentNamespace, "documentNamespace")
	if info := tree.CreationInfo; info != nil {
		r.doc.Created = r.time(info.Created, "creationInfo/created", -1)
		for _, c := range info.Creators {
			r.creator(r.text(c.CreatorType+": "+unescaped(c.Creator), "creationInfo/creators"))
		}
	}
	for _, f := range tree.Files {
		if f != nil {
			r.define(elementName(f.FileSPDXIdentifier), notPackage)
		}
	}
	for i, p := range tree.Packages {
		if p != nil {
			r.takePackage(p, i)
		}
	}
	for i, rel := range tree.Relationships {
		if rel != nil {
			r.relationship(r.docElement(rel.RefA), rel.Relationship, r.docElement(rel.RefB), i)
		}
	}
	return r.finishSPDX2()
}

// unescaped undoes \u003c and the like, which the library leaves in the names
// of suppliers and creators: it cuts the quotes off their JSON and no more.
func unescaped(s string) string {
	var plain string
	if !strings.Contains(s, `\`) || json.Unmarshal([]byte(`"`+s+`"`), &plain) != nil {
		return s
	}
	return plain
}

func elementName(id common.ElementID) string { return "SPDXRef-" + string(id) }

// docElement numbers one end of a relationship, -1 when it is outside.
func (r *spdx2) docElement(id common.DocElementID) int32 {
	if id.DocumentRefID != "" || id.SpecialID != "" || id.ElementRefID == "" {
		return -1
	}
	return r.element(elementName(id.ElementRefID))
}

func (r *spdx2) takePackage(p *spdx.Package, index int) {
	path := "packages/" + itoa(index)
	c := Component{
		Ref: elementName(p.PackageSPDXIdentifier), Name: r.text(p.PackageName, path), Version: r.text(p.PackageVersion, path),
		Type: purpose(p.PrimaryPackagePurpose), Copyright: stated(r.text(p.PackageCopyrightText, path)),
		Declared:  licence(r.text(p.PackageLicenseDeclared, path)),
		Concluded: licence(r.text(p.PackageLicenseConcluded, path)),
	}
	if s := p.PackageSupplier; s != nil {
		_, c.Supplier = spdxActor(s.SupplierType + ": " + r.text(unescaped(s.Supplier), path))
	}
	if o := p.PackageOriginator; o != nil && c.Supplier == "" {
		_, c.Supplier = spdxActor(o.OriginatorType + ": " + r.text(unescaped(o.Originator), path))
	}
	for _, h := range p.PackageChecksums {
		c.Hashes = append(c.Hashes, Hash{Alg: hashName(string(h.Algorithm)), Value: r.text(h.Value, path)})
	}
	for _, ref := range p.PackageExternalReferences {
		if ref != nil {
			reference(&c, ref.RefType, r.text(ref.Locator, path))
		}
	}
	for _, f := range p.Files {
		if f != nil {
			r.define(elementName(f.FileSPDXIdentifier), notPackage)
		}
	}
	r.addPackage(c, func() string { return path }, -1)
}
