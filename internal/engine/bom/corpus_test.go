// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	spdxjson "github.com/spdx/tools-golang/json"
)

var update = flag.Bool("update", false, "write docs/sbom-corpus.md")

const (
	corpus     = "../../../../shared/data/sboms"
	corpusPage = "../../../docs/sbom-corpus.md"
)

// refusable are the documents of the corpus that are refused although nobody
// marked them invalid, each with its reason.
var refusable = map[string]string{
	"cyclonedx-json-specVersion-CycloneDX__cyclonedx-core-java-issue214-expected-output.json":                                          "a template: its version is ${specVersion}",
	"cyclonedx-xml-unknown-CycloneDX__cyclonedx-core-java-issue214-expected-output.xml":                                                "a template: its namespace ends in ${specVersion}",
	"cyclonedx-json-unknown-CycloneDX__sbom-utility-cdx-1-3-syntax-err-2.json":                                                         "broken JSON on purpose",
	"cyclonedx-json-unknown-RedHatProductSecurity__security-data-guidelines-mandrel-for-jdk-21-rhel8-container-23.1-16_amd64.cdx.json": "an excerpt: broken JSON, a comma too many",
	"spdx-rdf-SPDX-1.1-eclipse-sw360__sw360-SPDXRdfExample-v1.1.rdf":                                                                   "SPDX 1.1 of 2012",
	"spdx-rdf-SPDX-1.2-eclipse-sw360__sw360-SPDXRdfExample-v1.2.rdf":                                                                   "SPDX 1.2 of 2013",
	"spdx-rdf-unknown-spdx__tools-java-spdx-2-2-revision-8-ontology.owl.xml":                                                           "the ontology of SPDX, no document",
}

// An entry is a line of the corpus' list.
type entry struct {
	file, format, version string
	components            int
	invalid               bool
}

func entries(t *testing.T) []entry {
	f, err := os.Open(corpus + ".csv")
	if err != nil {
		t.Skipf("the corpus of real documents is not here: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []entry
	for _, row := range rows[1:] {
		n, _ := strconv.Atoi(row[6])
		list = append(list, entry{file: row[0], format: row[3], version: row[4], components: n, invalid: row[8] == "intended-invalid"})
	}
	return list
}

// Every document of the corpus is read, or refused for a reason that is known.
func TestCorpus(t *testing.T) {
	var page strings.Builder
	page.WriteString(pageHead)
	read, refused := 0, 0
	for _, e := range entries(t) {
		data, err := os.ReadFile(filepath.Join(corpus, e.file))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Read(data, Defaults)
		if err != nil {
			refused++
			if !e.invalid && refusable[e.file] == "" {
				t.Errorf("%s is refused: %v", e.file, err)
			}
			fmt.Fprintf(&page, "| %s | %s | %s | – | – | – | refused: %s |\n", e.file, e.format, e.version, cell(err.Error()))
			continue
		}
		read++
		if refusable[e.file] != "" {
			t.Errorf("%s is on the list of refusals, but was read", e.file)
		}
		checkDocument(t, doc)
		listed := packages(doc)
		counted := e.count(t, data)
		if listed != counted {
			t.Errorf("%s: read %d components, counted %d", e.file, listed, counted)
		}
		fmt.Fprintf(&page, "| %s | %s %s | %s | %d | %d | %d | %s |\n", e.file, doc.Format, doc.Encoding, doc.Version, listed, counted, doc.WarningTotal, remarks(e, doc))
	}
	fmt.Fprintf(&page, "\n%d documents read, %d refused.\n", read, refused)
	t.Logf("%d documents read, %d refused", read, refused)
	if *update {
		if err := os.WriteFile(corpusPage, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Where the general libraries read a document too, they read the same from it.
func TestCorpusAgreesWithTheLibraries(t *testing.T) {
	compared := 0
	for _, e := range entries(t) {
		data, err := os.ReadFile(filepath.Join(corpus, e.file))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = plain(data); err != nil || len(data) > 1<<20 {
			continue
		}
		ours, err := Read(data, Defaults)
		if err != nil {
			continue
		}
		theirs, err := byLibrary(e.format, ours.Version, data)
		if err != nil || theirs == nil {
			t.Logf("%s: the library does not read it: %v", e.file, err)
			continue
		}
		ours.Warnings, theirs.Warnings = nil, nil
		if a, b := outline(ours), outline(theirs); a != b {
			t.Errorf("%s\nours:\n%s\ntheirs:\n%s", e.file, a, b)
		}
		compared++
	}
	if compared < 40 {
		t.Errorf("only %d documents could be compared", compared)
	}
}

// byLibrary reads JSON with the general libraries.
func byLibrary(format, version string, data []byte) (*Document, error) {
	switch format {
	case "cyclonedx-json":
		tree := new(cyclonedx.BOM)
		if err := cyclonedx.NewBOMDecoder(bytes.NewReader(data), cyclonedx.BOMFileFormatJSON).Decode(tree); err != nil {
			return nil, err
		}
		r := &cyclonedxXMLReader{builder: newBuilder(data, Defaults)}
		r.doc.Format, r.doc.Version = CycloneDX, version
		return r.document(tree)
	case "spdx-json":
		tree, err := spdxjson.Read(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		r := newSPDX2(newBuilder(data, Defaults), "json")
		r.doc.Version = version
		return r.takeTree(tree)
	}
	return nil, nil
}

const pageHead = `<!-- SPDX-FileCopyrightText: 2026 The Allmende authors

SPDX-License-Identifier: EUPL-1.2 -->

# What was read of real documents

Bills of materials from public repositories of SBOM tools, in every format and version there is. The files are not part of the project;
the test ` + "`TestCorpus`" + ` reads them where they are at hand and writes this page (` + "`go test ./internal/engine/bom -run Corpus -update`" + `).
*Counted* is the number of components that a count without any of our readers finds; the described product in CycloneDX is in neither number.

| File | Format | Version | Read | Counted | Warnings | Remarks |
|---|---|---|---|---|---|---|
`

// packages counts as the corpus' list does: without CycloneDX's described
// product and what is nested in it.
func packages(doc *Document) int {
	if doc.Format != CycloneDX {
		return len(doc.Components)
	}
	n := 0
	for i := range doc.Components {
		at := int32(i)
		for doc.Components[at].Parent >= 0 {
			at = doc.Components[at].Parent
		}
		if int(at) != doc.Root {
			n++
		}
	}
	return n
}

// count gives the number of components by other means than our readers: for
// XML by the position of the elements (the list counts ancestors and tools,
// too), for YAML by the dashes under "packages:", for the rest from the list.
func (e entry) count(t *testing.T, data []byte) int {
	data, err := plain(data)
	if err != nil {
		t.Fatal(err)
	}
	switch e.format {
	case "cyclonedx-xml":
		return countElements(data)
	case "spdx-yaml":
		return countDashes(string(data))
	}
	return e.components
}

var componentPath = regexp.MustCompile(`^/bom(/components/component)+$`)

func countElements(data []byte) int {
	d := xml.NewDecoder(bytes.NewReader(data))
	path, n := "", 0
	for {
		token, err := d.Token()
		if err != nil {
			return n
		}
		switch token := token.(type) {
		case xml.StartElement:
			path += "/" + token.Name.Local
			if componentPath.MatchString(path) {
				n++
			}
		case xml.EndElement:
			path = path[:strings.LastIndexByte(path, '/')]
		}
	}
}

func countDashes(text string) int {
	_, block, _ := strings.Cut("\n"+text, "\npackages:")
	dash, n := "", 0
	for line := range strings.Lines(strings.TrimLeft(block, "\r\n")) {
		rest := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(rest)]
		if dash == "" {
			dash = indent + "- "
		}
		switch {
		case strings.HasPrefix(line, dash):
			n++
		case indent == "" && strings.TrimSpace(rest) != "":
			return n
		}
	}
	return n
}

func remarks(e entry, doc *Document) string {
	var list []string
	if e.invalid {
		list = append(list, "intended to be invalid, but readable")
	}
	if len(doc.Warnings) > 0 {
		list = append(list, cell(doc.Warnings[0].String()))
	}
	return strings.Join(list, "; ")
}

// cell fits a sentence into a table.
func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;", "$", "\\$").Replace(s)
}
