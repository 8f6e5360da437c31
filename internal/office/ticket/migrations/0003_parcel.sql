-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A file that came with an article or a mail, on its way to the files of the case. source says which
-- one of which article or mail it is, so that none is handed in twice; who is who sent it; why is the
-- sentence that says why it was not taken.
CREATE TABLE ticket_parcel (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  system  TEXT NOT NULL,
  source  TEXT NOT NULL,
  who     TEXT NOT NULL,
  name    TEXT NOT NULL,
  size    BIGINT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'refused')),
  why     TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (system, source)
);
CREATE INDEX ticket_parcel_org ON ticket_parcel (org);
CREATE INDEX ticket_parcel_waiting ON ticket_parcel (matter, system, id) WHERE state = 'waiting';
