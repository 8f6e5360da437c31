// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/santhosh-tekuri/jsonschema/v6"
	kinds "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// The official schemas, unchanged but packed; PROVENANCE.json beside them says whence.
//
//go:embed schema/cyclonedx-library-10.3.0/*.schema.json.zst
var schemaFiles embed.FS

const (
	schemaFolder = "schema/cyclonedx-library-10.3.0/"
	schemaBase   = "https://schema.invalid/"
)

// What the check holds in memory is bounded.
const (
	maxSchemaBytes  = 16 << 20
	maxSchemaTokens = 1_000_000
)

// CheckSchema compares a document with the official JSON schema of its format
// and version and gives what is not as it should be, with JSON pointers, in the
// order of the document. It gives nil for formats without a schema here: all
// of XML, and SPDX. A document that is no JSON gives a *Problem.
func CheckSchema(data []byte) ([]Warning, error) {
	if len(data) > maxSchemaBytes {
		return nil, tooLarge(len(data), maxSchemaBytes)
	}
	data, err := plain(data)
	if err != nil {
		return nil, err
	}
	version, err := cyclonedxVersion(data)
	if err != nil || version == "" {
		return nil, err
	}
	if tokens(data) > maxSchemaTokens {
		return nil, &Problem{Code: "bom.too_many_elements", Want: itoa(maxSchemaTokens)}
	}
	schema, err := schemaOf(version)
	if err != nil {
		return nil, err
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, &Problem{Code: "bom.json_invalid", Got: clip(err.Error(), 200), Want: "JSON"}
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(tree); errors.As(err, &invalid) {
		return schemaWarnings(data, invalid), nil
	}
	return nil, nil
}

// cyclonedxVersion gives the version of a CycloneDX document in JSON that has
// a schema, and an empty text for everything else. JSON that breaks is a problem.
func cyclonedxVersion(data []byte) (string, error) {
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) == 0 || text[0] != '{' {
		return "", nil
	}
	format, version := "", ""
	s := newScanner(data, Defaults)
	for name := range s.members {
		switch string(name) {
		case "bomFormat":
			format = s.string()
		case "specVersion":
			version = s.string()
		default:
			s.skip()
		}
	}
	if s.err != nil {
		return "", s.problem(s.err)
	}
	if format != "CycloneDX" || !knownVersion(version, cyclonedxVersions[2:]) {
		return "", nil
	}
	return version, nil
}

// tokens counts names, values and brackets, up to one more than is allowed.
func tokens(data []byte) int {
	s, n := newScanner(data, Defaults), 0
	for n <= maxSchemaTokens {
		if _, err := s.dec.ReadToken(); err != nil {
			break
		}
		n++
	}
	return n
}

var compiled sync.Map // version → func() (*jsonschema.Schema, error)

// schemaOf compiles the schema of one version, once.
func schemaOf(version string) (*jsonschema.Schema, error) {
	compile, _ := compiled.LoadOrStore(version, sync.OnceValues(func() (*jsonschema.Schema, error) {
		c := jsonschema.NewCompiler()
		c.UseLoader(embedded{})
		c.AssertFormat()
		return c.Compile(schemaBase + "bom-" + version + ".SNAPSHOT.schema.json")
	}))
	return compile.(func() (*jsonschema.Schema, error))()
}

// embedded loads the schemas in the program and nothing else.
type embedded struct{}

// Load implements jsonschema.URLLoader.
func (embedded) Load(url string) (any, error) {
	file, err := schemaFiles.Open(schemaFolder + path.Base(url) + ".zst")
	if err != nil {
		return nil, fmt.Errorf("the schema %s is not part of the program: %w", url, err)
	}
	defer file.Close()
	unpacked, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer unpacked.Close()
	return jsonschema.UnmarshalJSON(unpacked)
}

// maxSchemaWarnings bounds the list; the first ones matter.
const maxSchemaWarnings = 100

// schemaWarnings lists the innermost causes, which name the exact places.
func schemaWarnings(data []byte, invalid *jsonschema.ValidationError) []Warning {
	var list []Warning
	seen := make(map[string]bool)
	for _, e := range innermost(invalid, nil) {
		w := schemaWarning(e)
		if key := w.Path + " " + w.Args[0]; !seen[key] && len(list) < maxSchemaWarnings {
			seen[key] = true
			list = append(list, w)
		}
	}
	locateAll(data, list, findPointers(data, list))
	slices.SortStableFunc(list, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Args[0], b.Args[0]))
	})
	return list
}

// innermost follows causes to their ends. Of alternatives it follows the one
// that got furthest: the others were not meant.
func innermost(e *jsonschema.ValidationError, list []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	causes := e.Causes
	switch {
	case len(list) >= 10*maxSchemaWarnings:
		return list
	case len(causes) == 0:
		return append(list, e)
	}
	switch e.ErrorKind.(type) {
	case *kinds.OneOf, *kinds.AnyOf:
		causes = []*jsonschema.ValidationError{slices.MaxFunc(causes, func(a, b *jsonschema.ValidationError) int {
			return reach(a) - reach(b)
		})}
	}
	for _, c := range causes {
		list = innermost(c, list)
	}
	return list
}

// reach tells how deep in the document an alternative failed.
func reach(e *jsonschema.ValidationError) int {
	deepest := len(e.InstanceLocation)
	for _, c := range e.Causes {
		deepest = max(deepest, reach(c))
	}
	return deepest
}

func schemaWarning(e *jsonschema.ValidationError) Warning {
	pointer := ""
	for _, token := range e.InstanceLocation {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
	}
	return Warning{Code: "bom.schema", Path: pointer, Args: []string{clip(e.DetailedOutput().Error.String(), 200)}}
}

// findPointers gives the offset of each value that a warning points at.
func findPointers(data []byte, list []Warning) []int64 {
	offsets, wanted := make([]int64, len(list)), make(map[string][]int)
	for i, w := range list {
		offsets[i] = -1
		wanted[w.Path] = append(wanted[w.Path], i)
	}
	s := newScanner(data, Defaults)
	for len(wanted) > 0 {
		s.dec.PeekKind()
		at := s.offset()
		if _, err := s.dec.ReadToken(); err != nil {
			break
		}
		pointer := string(s.dec.StackPointer())
		for _, i := range wanted[pointer] {
			offsets[i] = at
		}
		delete(wanted, pointer)
	}
	return offsets
}
