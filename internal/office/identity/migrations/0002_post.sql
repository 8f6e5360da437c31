-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Which role a group elsewhere gives: who is in it holds the role in target and below, as long
-- as they are. org is whose provider or directory it is, as in identity_mapping.
CREATE TABLE identity_post (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  source  TEXT NOT NULL,
  value   TEXT NOT NULL CHECK (length(value) > 0),
  target  TEXT NOT NULL,
  role    TEXT NOT NULL CHECK (length(role) > 0),
  created TEXT NOT NULL,
  UNIQUE (org, source, value, target, role)
);
