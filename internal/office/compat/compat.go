// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"sync"

	"allmende/internal/engine/combine"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// Service answers questions, keeps matrices and records choices.
type Service struct {
	store store

	mu   sync.Mutex
	read map[string]combine.Matrix // of matrices, by id: they never change
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "compat", Files: files, Rows: rows, Nav: s.nav(), Pages: s.pages(), Ops: s.ops(), Release: []web.Panel{web.ShowPanel("panel.html", s.panel)},
		Licence: []web.Panel{web.ShowPanel("licence.html", s.licencePanel)}}
}

// Bounds of what somebody asks and writes.
const (
	mostParts   = 500    // components of one question, after equal ones are taken together
	longestAsk  = 16_000 // bytes of the field for components
	longestPart = 2_000  // bytes of one
	longestLine = 300    // characters of a name
	longestText = 20_000 // characters of a reason
)

var own = func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("compat: " + err.Error())
	}
	return c
}()

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
