// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// maxDocument bounds an unpacked bill of materials, in bytes.
const maxDocument = 32 << 20

// A Document is a bill of materials of one release.
type Document struct {
	File       string   `json:"file"`     // "node-red@1.3.5.cdx.json.gz"
	Software   string   `json:"software"` // id of the product
	Release    string   `json:"release"`  // version of one of its releases
	Format     string   `json:"format"`   // "CycloneDX 1.5 JSON"
	Components int      `json:"components"`
	Package    string   `json:"package"` // from which package it was made
	Version    string   `json:"package_version"`
	Licence    string   `json:"package_licence"` // as the package says
	Tool       string   `json:"tool"`
	ToolIs     string   `json:"tool_version"`
	Command    string   `json:"command"`
	Normalised []string `json:"normalised"` // what was changed after the tool
	Note       string   `json:"note"`
	SHA256     string   `json:"document_sha256"` // of the unpacked document
}

// Name is the name of the unpacked file.
func (d Document) Name() string { return d.File[:len(d.File)-len(".gz")] }

// Bytes returns the unpacked document as the tool wrote it.
func (d Document) Bytes() ([]byte, error) {
	packed, err := data.ReadFile("data/sboms/" + d.File)
	if err != nil {
		return nil, fmt.Errorf("bill of materials of the demonstration: %w", err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", d.File, err)
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxDocument))
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", d.File, err)
	}
	return raw, nil
}

func documents() ([]Document, error) {
	var made struct {
		Documents []Document `json:"documents"`
	}
	err := read("data/sboms/PROVENANCE.json", &made)
	return made.Documents, err
}
