// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"context"
	"time"

	"allmende/internal/platform/job"
)

// sendPause is how often it is looked whose letter is due: those who were killed in between
// get theirs an hour later.
const sendPause = time.Hour

func (s *Service) work(q *job.Queue) {
	q.Handle("digest.send", func(ctx context.Context, _ *job.Run) error {
		if !s.mail.Ready() {
			return nil // nothing can be sent, and no pile of letters is to wait
		}
		_, err := s.SendAll(ctx)
		return err
	})
	q.Every("digest.send", sendPause)
}
