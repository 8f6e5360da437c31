// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/engine/bom"
)

// Read reads a document again as it was uploaded, for what is not kept in rows: copyrights, where
// components can be had, what contains what. The caller has found it in the viewer's view.
func (s *Service) Read(ctx context.Context, d Document) (*bom.Document, error) {
	return s.reread(ctx, d)
}
