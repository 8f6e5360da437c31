// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import "allmende/internal/platform/api"

func (s *Service) ops() []api.Op { return nil }
