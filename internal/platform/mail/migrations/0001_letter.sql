-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- The outbox. What a letter says is erased once it is sent.
CREATE TABLE mail_letter (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  person   TEXT NOT NULL,
  address  TEXT NOT NULL,
  kind     TEXT NOT NULL,
  lang     TEXT NOT NULL,
  args     TEXT NOT NULL,
  content  TEXT NOT NULL,
  state    TEXT NOT NULL,
  attempt  BIGINT NOT NULL,
  due      TEXT NOT NULL,
  fault    TEXT NOT NULL,
  detail   TEXT NOT NULL,
  created  TEXT NOT NULL,
  sent     TEXT NOT NULL
);
-- What is to be sent next.
CREATE INDEX mail_letter_due ON mail_letter (due) WHERE state = 'queued';
CREATE INDEX mail_letter_org ON mail_letter (org, id);
