// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import "allmende/internal/platform/job"

// work names the workers of the room.
func (s *Service) work(q *job.Queue) {}
