-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Mails that came in, and answers that went out from cases. refs and files are lists, one a line;
-- sum is the SHA-256 of the mail as it came; print tells one that was brought twice.
CREATE TABLE ticket_mail (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  system  TEXT NOT NULL,
  way     TEXT NOT NULL CHECK (way IN ('in', 'out')),
  matter  TEXT NOT NULL,
  ident   TEXT NOT NULL,
  refs    TEXT NOT NULL,
  sender  TEXT NOT NULL,
  name    TEXT NOT NULL,
  subject TEXT NOT NULL,
  said    TEXT NOT NULL,
  files   TEXT NOT NULL,
  sum     TEXT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('new', 'opened', 'added', 'kept', 'sent')),
  why     TEXT NOT NULL,
  flaw    TEXT NOT NULL,
  print   TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (system, print)
);
CREATE INDEX ticket_mail_org ON ticket_mail (org, id);
CREATE INDEX ticket_mail_ident ON ticket_mail (system, ident);
CREATE INDEX ticket_mail_matter ON ticket_mail (matter, id) WHERE matter <> '';
CREATE INDEX ticket_mail_sender ON ticket_mail (system, sender, created);
