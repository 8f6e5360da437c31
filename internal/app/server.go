// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"net"
	"runtime"

	"allmende/internal/platform/serve"
)

// Workers is how many background tasks run at a time.
var Workers = max(1, runtime.NumCPU()/2)

// Serve answers requests and does background work until ctx ends. alone says that no
// other process works on this database.
func (a *App) Serve(ctx context.Context, l net.Listener, alone bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := a.Jobs.Start(ctx, Workers, alone); err != nil {
		return err
	}
	a.Mail.Start(ctx)
	if a.LMTP != nil {
		go a.takeMail(ctx, a.LMTP)
	}
	serve.Spare()
	err := serve.Listen(ctx, l, a.Handler)
	cancel()
	a.Jobs.Wait()
	a.Mail.Wait()
	return err
}
