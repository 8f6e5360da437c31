// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"encoding/json"
	"encoding/xml"
	"path"
	"regexp"
	"strings"
)

// A Package is what a manifest says of the package it describes.
type Package struct {
	Type     string `json:"type"` // as in package URLs: npm, maven, cargo, pypi, composer, gem, nuget, golang
	Name     string `json:"name,omitempty"`
	Version  string `json:"version,omitempty"`
	Declared string `json:"declared,omitempty"` // as it stands
}

// manifestOf returns what reads a manifest; nil for any other file.
func manifestOf(name string) func([]byte) (Package, bool) {
	base := path.Base(name)
	switch base {
	case "package.json":
		return readNPM
	case "composer.json":
		return readComposer
	case "pom.xml":
		return readPOM
	case "Cargo.toml":
		return readCargo
	case "pyproject.toml":
		return readPyproject
	case "setup.cfg":
		return readSetup
	case "go.mod":
		return readGo
	case "publiccode.yml", "publiccode.yaml":
		return readPubliccode
	}
	switch path.Ext(base) {
	case ".gemspec":
		return readGem
	case ".nuspec":
		return readNuspec
	}
	return nil
}

func (f *File) manifest(data []byte) {
	p, ok := manifestOf(f.Path)(data)
	if !ok {
		f.Note = "unreadable"
		return
	}
	p.Name, p.Version, p.Declared = short(p.Name), short(p.Version), short(p.Declared)
	f.Package = &p
	if p.Declared != "" {
		f.add(said(Manifest, p.Declared, 0))
	}
}

// licences reads what npm and Composer allow: a text, an object with "type", or a list of these.
func licences(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var obj struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(raw, &obj) == nil && obj.Type != "" {
		return []string{obj.Type}
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var out []string
	for _, r := range list[:min(len(list), 20)] {
		if len(r) > 0 && r[0] != '[' {
			out = append(out, licences(r)...)
		}
	}
	return out
}

func joined(all []string, op string) string {
	if len(all) == 1 {
		return all[0]
	}
	for i, one := range all {
		if strings.ContainsAny(one, " ") {
			all[i] = "(" + one + ")"
		}
	}
	return strings.Join(all, " "+op+" ")
}

func readNPM(data []byte) (Package, bool) {
	var m struct {
		Name, Version string
		License       json.RawMessage
		Licenses      json.RawMessage
	}
	if json.Unmarshal(data, &m) != nil {
		return Package{}, false
	}
	all := licences(m.License)
	if len(all) == 0 {
		all = licences(m.Licenses)
	}
	return Package{"npm", m.Name, m.Version, joined(all, "OR")}, true
}

func readComposer(data []byte) (Package, bool) {
	var m struct {
		Name, Version string
		License       json.RawMessage
	}
	if json.Unmarshal(data, &m) != nil {
		return Package{}, false
	}
	return Package{"composer", m.Name, m.Version, joined(licences(m.License), "OR")}, true
}

func readPOM(data []byte) (Package, bool) {
	var m struct {
		Group    string `xml:"groupId"`
		Artifact string `xml:"artifactId"`
		Version  string `xml:"version"`
		Parent   struct {
			Group   string `xml:"groupId"`
			Version string `xml:"version"`
		} `xml:"parent"`
		Licences []struct {
			Name string `xml:"name"`
			URL  string `xml:"url"`
		} `xml:"licenses>license"`
	}
	if xml.Unmarshal(data, &m) != nil {
		return Package{}, false
	}
	p := Package{Type: "maven", Name: strings.Trim(or(m.Group, m.Parent.Group)+"/"+m.Artifact, "/"), Version: or(m.Version, m.Parent.Version)}
	var all []string
	for _, l := range m.Licences {
		all = append(all, strings.TrimSpace(or(l.Name, l.URL)))
	}
	if len(all) == 1 {
		p.Declared = all[0]
	} else if len(all) > 1 {
		for i, one := range all {
			all[i] = said(Manifest, one, 0).Licence
		}
		p.Declared = joined(all, "AND") // Maven does not say which is meant: the stricter reading
	}
	return p, true
}

func or(a, b string) string {
	if strings.TrimSpace(a) == "" {
		return strings.TrimSpace(b)
	}
	return strings.TrimSpace(a)
}

func readCargo(data []byte) (Package, bool) {
	var m struct {
		Package struct {
			Name    any `toml:"name"`
			Version any `toml:"version"`
			License any `toml:"license"`
		} `toml:"package"`
	}
	if err := decodeTOML(data, &m); err != nil {
		return Package{}, false
	}
	word := func(v any) string { s, _ := v.(string); return s } // {workspace = true} says nothing here
	return Package{"cargo", word(m.Package.Name), word(m.Package.Version), strings.ReplaceAll(word(m.Package.License), "/", " OR ")}, true
}

func readPyproject(data []byte) (Package, bool) {
	var m struct {
		Project struct {
			Name        string   `toml:"name"`
			Version     string   `toml:"version"`
			License     any      `toml:"license"`
			Classifiers []string `toml:"classifiers"`
		} `toml:"project"`
		Tool struct {
			Poetry struct {
				Name    string `toml:"name"`
				Version string `toml:"version"`
				License string `toml:"license"`
			} `toml:"poetry"`
		} `toml:"tool"`
	}
	if err := decodeTOML(data, &m); err != nil {
		return Package{}, false
	}
	p := Package{"pypi", or(m.Project.Name, m.Tool.Poetry.Name), or(m.Project.Version, m.Tool.Poetry.Version), m.Tool.Poetry.License}
	switch l := m.Project.License.(type) {
	case string:
		p.Declared = l
	case map[string]any:
		if text, ok := l["text"].(string); ok && len(text) < 200 {
			p.Declared = text
		}
	}
	if p.Declared == "" {
		p.Declared = classified(m.Project.Classifiers)
	}
	return p, true
}

// classified is the licence of Python's classifiers: "License :: OSI Approved :: MIT License".
func classified(all []string) string {
	for _, c := range all {
		if rest, ok := strings.CutPrefix(c, "License :: "); ok {
			return strings.TrimPrefix(rest, "OSI Approved :: ")
		}
	}
	return ""
}

var (
	setupLine = regexp.MustCompile(`(?m)^\s*(name|version|license)\s*=\s*([^\r\n]{1,200})`)
	gemLine   = regexp.MustCompile(`(?m)^\s*\w+\.(name|version|licenses?)\s*=\s*([^\r\n]{1,300})`)
	quoted    = regexp.MustCompile(`["']([^"']{1,100})["']`)
	goLine    = regexp.MustCompile(`(?m)^module\s+(\S{1,300})`)
	codeLine  = regexp.MustCompile(`(?m)^(name|softwareVersion|  license):\s*["']?([^\r\n"'#]{1,200})`)
)

func fields(re *regexp.Regexp, data []byte) map[string]string {
	out := map[string]string{}
	for _, m := range re.FindAllSubmatch(data, 200) {
		if k := strings.TrimSpace(string(m[1])); out[k] == "" {
			out[k] = strings.TrimSpace(string(m[2]))
		}
	}
	return out
}

func readSetup(data []byte) (Package, bool) {
	f := fields(setupLine, data)
	return Package{"pypi", f["name"], f["version"], f["license"]}, true
}

func readGem(data []byte) (Package, bool) {
	f := fields(gemLine, data)
	var all []string
	for _, m := range quoted.FindAllStringSubmatch(or(f["licenses"], f["license"]), 20) {
		all = append(all, m[1])
	}
	word := func(s string) string {
		if m := quoted.FindStringSubmatch(s); m != nil {
			return m[1]
		}
		return ""
	}
	return Package{"gem", word(f["name"]), word(f["version"]), joined(all, "OR")}, true
}

func readNuspec(data []byte) (Package, bool) {
	var m struct {
		Metadata struct {
			ID      string `xml:"id"`
			Version string `xml:"version"`
			License string `xml:"license"`
			URL     string `xml:"licenseUrl"`
		} `xml:"metadata"`
	}
	if xml.Unmarshal(data, &m) != nil {
		return Package{}, false
	}
	return Package{"nuget", m.Metadata.ID, m.Metadata.Version, or(m.Metadata.License, m.Metadata.URL)}, true
}

// readGo reads the name of a module; go.mod has no place for a licence.
func readGo(data []byte) (Package, bool) {
	m := goLine.FindSubmatch(data)
	if m == nil {
		return Package{}, false
	}
	return Package{Type: "golang", Name: string(m[1])}, true
}

func readPubliccode(data []byte) (Package, bool) {
	f := fields(codeLine, data)
	return Package{"generic", f["name"], f["softwareVersion"], f["license"]}, true
}
