-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A file that belongs to a case. sum is the SHA-256 of its content for good; blob is the same
-- while the content is kept, and empty once it was removed. scan says what the virus scanner
-- said: none was asked, it has yet to answer, nothing found, or found, with the name in finding;
-- where it would not look, finding says why.
CREATE TABLE desk_file (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  media   TEXT NOT NULL,
  size    BIGINT NOT NULL,
  sum     TEXT NOT NULL,
  blob    TEXT NOT NULL,
  scan    TEXT NOT NULL CHECK (scan IN ('none', 'wait', 'clean', 'found')),
  finding TEXT NOT NULL,
  scanner TEXT NOT NULL,
  scanned TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  remover TEXT NOT NULL,
  removed TEXT NOT NULL,
  reason  TEXT NOT NULL
);
CREATE INDEX desk_file_matter ON desk_file (matter, created, id);
-- The scanner is asked for these again and again.
CREATE INDEX desk_file_scan ON desk_file (created, id) WHERE scan IN ('none', 'wait') AND blob <> '';

-- Somebody was named in comment n of a case. seen is when they took note of it.
CREATE TABLE desk_mention (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  n       BIGINT NOT NULL,
  person  TEXT NOT NULL,
  author  TEXT NOT NULL,
  created TEXT NOT NULL,
  seen    TEXT NOT NULL,
  UNIQUE (matter, n, person)
);
CREATE INDEX desk_mention_person ON desk_mention (person, created, id);

-- A case has to do with something else. target is an id, a key of an advisory, or an address;
-- label is what it was called when the link was made.
CREATE TABLE desk_link (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('software', 'release', 'advisory', 'case', 'duplicate', 'web')),
  target  TEXT NOT NULL,
  label   TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (matter, kind, target)
);
CREATE INDEX desk_link_target ON desk_link (target, kind);

-- A text that answers begin with, in either language; an empty one is not offered.
CREATE TABLE desk_text (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  de      TEXT NOT NULL,
  en      TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (org, name)
);
