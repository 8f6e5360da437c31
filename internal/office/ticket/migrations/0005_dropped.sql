-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- common: a content is kept once for all, whoever points to it
-- Contents of mails to which no mail points any more: whether anything else does is asked later, and
-- what nothing needs is removed.
CREATE TABLE ticket_dropped (
  sum TEXT PRIMARY KEY,
  at  TEXT NOT NULL
);
CREATE INDEX ticket_mail_sum ON ticket_mail (sum) WHERE sum <> '';
