-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A number tells a text from the others of its organisation, no longer from all on the instance:
-- an organisation that comes from elsewhere brings the numbers that its own papers and cases name.
-- SQLite cannot take a bound off a table, so it is made anew.
ALTER TABLE library_text RENAME TO library_text_before;
DROP INDEX library_text_org;
CREATE TABLE library_text (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  version  BIGINT NOT NULL,
  body     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  person   TEXT NOT NULL,
  created  TEXT NOT NULL,
  enacted  TEXT NOT NULL,
  enactor  TEXT NOT NULL,
  retired  TEXT NOT NULL,
  retirer  TEXT NOT NULL,
  UNIQUE (org, version)
);
INSERT INTO library_text (id, org, version, body, reason, person, created, enacted, enactor, retired, retirer)
  SELECT id, org, version, body, reason, person, created, enacted, enactor, retired, retirer FROM library_text_before;
DROP TABLE library_text_before;
CREATE INDEX library_text_org ON library_text (org, created);
