-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A definition that a house has written: name is that of the procedure, and name and version
-- tell one from every other on the instance. It is a draft until enacted says when it came into force;
-- retired says when it went out of it. What is in force is never altered.
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
  UNIQUE (name, version)
);
CREATE INDEX procedure_text_org ON procedure_text (org, created);
