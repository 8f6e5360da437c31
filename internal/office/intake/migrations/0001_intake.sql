-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Where an organisation lets people ask without an account: under which public name, and with
-- mail addresses of which domains; an empty list is any. Without a row nobody may.
CREATE TABLE intake_house (
  org     TEXT PRIMARY KEY,
  open    BOOLEAN NOT NULL,
  slug    TEXT NOT NULL UNIQUE,
  domains TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL
);

-- A guest is who asked without an account, as they said it; matter is their case, number and
-- title are what that is called.
CREATE TABLE intake_guest (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL UNIQUE,
  number  TEXT NOT NULL,
  title   TEXT NOT NULL,
  name    TEXT NOT NULL,
  mail    TEXT NOT NULL,
  lang    TEXT NOT NULL,
  created TEXT NOT NULL
);
-- How many came lately, for the bound on that.
CREATE INDEX intake_guest_org ON intake_guest (org, created);

-- A link lets who has it see one guest's request. sum is the SHA-256 of its secret.
CREATE TABLE intake_link (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  guest   TEXT NOT NULL,
  sum     TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX intake_link_guest ON intake_link (guest);
