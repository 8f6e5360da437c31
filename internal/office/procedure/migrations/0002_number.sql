-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A number tells a text from the others of its organisation, no longer from all on the instance:
-- an organisation that comes from elsewhere brings the numbers that its own papers and cases name.
-- SQLite cannot take a bound off a table, so it is made anew.
ALTER TABLE procedure_text RENAME TO procedure_text_before;
DROP INDEX procedure_text_org;
CREATE TABLE procedure_text (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  name     TEXT NOT NULL,
  version  BIGINT NOT NULL,
  body     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  person   TEXT NOT NULL,
  created  TEXT NOT NULL,
  enacted  TEXT NOT NULL,
  enactor  TEXT NOT NULL,
  retired  TEXT NOT NULL,
  retirer  TEXT NOT NULL,
  UNIQUE (org, name, version)
);
INSERT INTO procedure_text (id, org, name, version, body, reason, person, created, enacted, enactor, retired, retirer)
  SELECT id, org, name, version, body, reason, person, created, enacted, enactor, retired, retirer FROM procedure_text_before;
DROP TABLE procedure_text_before;
CREATE INDEX procedure_text_org ON procedure_text (org, created);
