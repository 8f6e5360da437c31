-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A round evaluates the bids for one frozen edition of an award setup. setup is its text and
-- announced its SHA-256, as they were when the round was opened. ready is when the bids were
-- released, empty before; record is canonical JSON, sum its SHA-256, both empty until closed.
CREATE TABLE scoring_round (
  id        TEXT PRIMARY KEY,
  org       TEXT NOT NULL,
  title     TEXT NOT NULL CHECK (length(title) > 0),
  paper     TEXT NOT NULL,
  edition   BIGINT NOT NULL,
  setup     TEXT NOT NULL,
  announced TEXT NOT NULL,
  person    TEXT NOT NULL,
  created   TEXT NOT NULL,
  ready     TEXT NOT NULL,
  closed    TEXT NOT NULL,
  closer    TEXT NOT NULL,
  record    TEXT NOT NULL,
  sum       TEXT NOT NULL
);
-- Lists are read by id, which rises with time.
CREATE INDEX scoring_round_org ON scoring_round (org, id);

-- Bids of a round in the order in which they were entered; price is an exact number in euros.
CREATE TABLE scoring_bid (
  round TEXT NOT NULL,
  org   TEXT NOT NULL,
  n     BIGINT NOT NULL,
  name  TEXT NOT NULL,
  price TEXT NOT NULL,
  PRIMARY KEY (round, n)
);
CREATE INDEX scoring_bid_org ON scoring_bid (org);

-- What people stated about themselves: kind is none or conflict. Somebody may state a conflict
-- after having stated none; both stay. done is when all own points were handed in.
CREATE TABLE scoring_statement (
  round   TEXT NOT NULL,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  said    TEXT NOT NULL,
  created TEXT NOT NULL,
  done    TEXT NOT NULL,
  PRIMARY KEY (round, person, kind)
);
CREATE INDEX scoring_statement_org ON scoring_statement (org);

-- Points that one person gives to a bid for a criterion.
CREATE TABLE scoring_point (
  round     TEXT NOT NULL,
  org       TEXT NOT NULL,
  person    TEXT NOT NULL,
  bid       BIGINT NOT NULL,
  criterion TEXT NOT NULL,
  points    TEXT NOT NULL,
  remark    TEXT NOT NULL,
  PRIMARY KEY (round, person, bid, criterion)
);
CREATE INDEX scoring_point_org ON scoring_point (org);

-- The value on which two agree where points differ; agreer and agreed are empty until then.
CREATE TABLE scoring_consensus (
  round     TEXT NOT NULL,
  org       TEXT NOT NULL,
  bid       BIGINT NOT NULL,
  criterion TEXT NOT NULL,
  points    TEXT NOT NULL,
  reason    TEXT NOT NULL,
  proposer  TEXT NOT NULL,
  created   TEXT NOT NULL,
  agreer    TEXT NOT NULL,
  agreed    TEXT NOT NULL,
  PRIMARY KEY (round, bid, criterion)
);
CREATE INDEX scoring_consensus_org ON scoring_consensus (org);
