// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"sync"

	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// texts are the room's own and those of all pages, for words that stand in answers
// rather than on pages.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(web.Files, files)
	if err != nil {
		panic("sbom: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// say returns the sentences of a fault in the language of whoever asks.
func (s *Service) say(ctx context.Context, err error) string {
	if s.Texts != nil {
		return s.Texts.Say(tongue(ctx), err)
	}
	return texts().Say(tongue(ctx), err)
}
