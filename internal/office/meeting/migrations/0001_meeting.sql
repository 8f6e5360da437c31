-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A team is who holds some roles in an organisation and below it. roles are keys separated by
-- blanks. It meets every so many weeks (0: as needed) counted from the day since; "at" is the
-- time of day, length in minutes.
CREATE TABLE meeting_team (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  roles   TEXT NOT NULL,
  chair   TEXT NOT NULL,
  weeks   BIGINT NOT NULL,
  since   TEXT NOT NULL,
  at      TEXT NOT NULL,
  length  BIGINT NOT NULL,
  place   TEXT NOT NULL,
  link    TEXT NOT NULL,
  maker   TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX meeting_team_org ON meeting_team (org);

-- One meeting of a team. sum is the SHA-256 of its minutes when they were closed; sequence
-- counts the versions of the invitation (RFC 5545, section 3.8.7.4).
CREATE TABLE meeting_session (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  team     TEXT NOT NULL,
  day      TEXT NOT NULL,
  at       TEXT NOT NULL,
  length   BIGINT NOT NULL,
  place    TEXT NOT NULL,
  link     TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('planned', 'closed', 'cancelled')),
  sequence BIGINT NOT NULL,
  invited  TEXT NOT NULL,
  closed   TEXT NOT NULL,
  closer   TEXT NOT NULL,
  sum      TEXT NOT NULL,
  maker    TEXT NOT NULL,
  created  TEXT NOT NULL
);
CREATE INDEX meeting_session_team ON meeting_session (team, day);
CREATE INDEX meeting_session_org ON meeting_session (org);

-- Who is invited, in which role, for whom a deputy comes, and whether they were there.
CREATE TABLE meeting_guest (
  org      TEXT NOT NULL,
  session  TEXT NOT NULL,
  person   TEXT NOT NULL,
  role     TEXT NOT NULL,
  stands   TEXT NOT NULL,
  presence TEXT NOT NULL CHECK (presence IN ('invited', 'present', 'excused', 'absent')),
  PRIMARY KEY (session, person)
);
CREATE INDEX meeting_guest_person ON meeting_guest (person);

-- An item of the agenda, and what came of it. source is what it comes from: "approval:…" of
-- another room, "item:…" or "decision:…" of an earlier meeting.
CREATE TABLE meeting_item (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  session     TEXT NOT NULL,
  place       BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  title       TEXT NOT NULL CHECK (length(title) > 0),
  link        TEXT NOT NULL,
  source      TEXT NOT NULL,
  note        TEXT NOT NULL,
  result      TEXT NOT NULL CHECK (result IN ('', 'decided', 'postponed', 'information', 'task')),
  responsible TEXT NOT NULL,
  due         TEXT NOT NULL,
  done        TEXT NOT NULL,
  maker       TEXT NOT NULL,
  created     TEXT NOT NULL
);
CREATE INDEX meeting_item_session ON meeting_item (session, place);
CREATE INDEX meeting_item_source ON meeting_item (source) WHERE source <> '';

-- A decision, numbered within its team and year. present are the people who were there,
-- separated by blanks; votes are -1 where nobody counted; corrects is the decision that this
-- one takes the place of.
CREATE TABLE meeting_decision (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  team        TEXT NOT NULL,
  session     TEXT NOT NULL,
  item        TEXT NOT NULL,
  year        BIGINT NOT NULL,
  n           BIGINT NOT NULL,
  text        TEXT NOT NULL CHECK (length(text) > 0),
  folded      TEXT NOT NULL,
  reason      TEXT NOT NULL CHECK (length(reason) > 0),
  evidence    TEXT NOT NULL,
  present     TEXT NOT NULL,
  yes         BIGINT NOT NULL,
  no          BIGINT NOT NULL,
  abstained   BIGINT NOT NULL,
  responsible TEXT NOT NULL,
  due         TEXT NOT NULL,
  done        TEXT NOT NULL,
  corrects    TEXT NOT NULL,
  maker       TEXT NOT NULL,
  created     TEXT NOT NULL,
  UNIQUE (team, year, n)
);
CREATE INDEX meeting_decision_session ON meeting_decision (session);
CREATE INDEX meeting_decision_org ON meeting_decision (org);
