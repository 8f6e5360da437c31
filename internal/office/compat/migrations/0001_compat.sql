-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A matrix of OSADL (CC-BY-4.0) as somebody brought it in: the file itself, the day it gives
-- itself, and its SHA-256. The latest of an organisation or of one above it is asked.
CREATE TABLE compat_matrix (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  name     TEXT NOT NULL CHECK (length(name) > 0),
  date     TEXT NOT NULL,
  sum      TEXT NOT NULL,
  bytes    BIGINT NOT NULL,
  licences BIGINT NOT NULL,
  cells    BIGINT NOT NULL,
  flaws    BIGINT NOT NULL,
  data     TEXT NOT NULL,
  person   TEXT NOT NULL,
  created  TEXT NOT NULL
);
CREATE INDEX compat_matrix_org ON compat_matrix (org, created);

-- The licence chosen for a work, as a decision; each further one for the work is a version
-- more. advice is what the guide said then, in both languages (JSON); parts has the licences
-- of components, one a line.
CREATE TABLE compat_choice (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  work        TEXT NOT NULL CHECK (length(work) > 0),
  folded      TEXT NOT NULL,
  version     BIGINT NOT NULL,
  original    TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('application', 'library', 'text', 'data')),
  aim         TEXT NOT NULL CHECK (aim IN ('wide', 'open', 'none')),
  rights      TEXT NOT NULL CHECK (rights IN ('all', 'unclear')),
  network     BOOLEAN NOT NULL,
  patents     BOOLEAN NOT NULL,
  tongues     BOOLEAN NOT NULL,
  profile     TEXT NOT NULL,
  parts       TEXT NOT NULL,
  licence     TEXT NOT NULL CHECK (length(licence) > 0),
  recommended TEXT NOT NULL,
  reason      TEXT NOT NULL CHECK (length(reason) > 0),
  advice      TEXT NOT NULL,
  person      TEXT NOT NULL,
  created     TEXT NOT NULL,
  UNIQUE (org, folded, version)
);
