// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"flag"

	"allmende/internal/platform/mail"
)

// mailFlags declares the settings of the mail server and returns what reads them.
func mailFlags(fs *flag.FlagSet) func() mail.Server {
	host := fs.String("mail-host", "", "SMTP server; without one no mail is sent")
	port := fs.Int("mail-port", 0, "its port; 587, or 465 with --mail-tls tls")
	tls := fs.String("mail-tls", "starttls", "starttls, tls or none")
	user := fs.String("mail-user", "", "login at the mail server")
	password := fs.String("mail-password", "", "password at the mail server; better ALLMENDE_MAIL_PASSWORD_FILE")
	from := fs.String("mail-from", "", "sender's address")
	return func() mail.Server {
		return mail.Server{Host: *host, Port: *port, TLS: *tls, User: *user, Password: *password, From: *from}
	}
}
