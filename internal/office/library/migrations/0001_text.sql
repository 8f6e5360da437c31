-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An edition of the catalogue that a house has written; its version tells it from every other on
-- the instance. It is a draft until enacted says when it came into force; retired says when it
-- went out of it. What is in force is never altered.
CREATE TABLE library_text (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  version  BIGINT NOT NULL UNIQUE,
  body     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  person   TEXT NOT NULL,
  created  TEXT NOT NULL,
  enacted  TEXT NOT NULL,
  enactor  TEXT NOT NULL,
  retired  TEXT NOT NULL,
  retirer  TEXT NOT NULL
);
CREATE INDEX library_text_org ON library_text (org, created);
