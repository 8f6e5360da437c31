-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An idea: what, what for, and who wants it, in words.
CREATE TABLE idea_idea (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  title   TEXT NOT NULL CHECK (length(title) > 0),
  purpose TEXT NOT NULL,
  asker   TEXT NOT NULL,
  maker   TEXT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'later', 'no')),
  created TEXT NOT NULL
);
CREATE INDEX idea_idea_org ON idea_idea (org, created, id);

-- What people say of it.
CREATE TABLE idea_comment (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  idea    TEXT NOT NULL,
  person  TEXT NOT NULL,
  said    TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX idea_comment_idea ON idea_comment (idea);

-- What a person gives it by a criterion, from 0 to 5. No row: not scored, which is unknown.
CREATE TABLE idea_score (
  org       TEXT NOT NULL,
  idea      TEXT NOT NULL,
  person    TEXT NOT NULL,
  criterion TEXT NOT NULL,
  points    BIGINT NOT NULL CHECK (points BETWEEN 0 AND 5),
  reason    TEXT NOT NULL,
  created   TEXT NOT NULL,
  PRIMARY KEY (idea, person, criterion)
);
CREATE INDEX idea_score_org ON idea_score (org);

-- The weights of an organisation, in versions: the highest counts, for those below it, too.
-- weights is JSON by id of the criterion; catalogue is the version of those.
CREATE TABLE idea_weight (
  org       TEXT NOT NULL,
  version   BIGINT NOT NULL,
  catalogue BIGINT NOT NULL,
  weights   TEXT NOT NULL,
  reason    TEXT NOT NULL,
  person    TEXT NOT NULL,
  created   TEXT NOT NULL,
  PRIMARY KEY (org, version)
);

-- What was decided or became of it. what is a state, or followed. basis is JSON: what the
-- weighing said then. again is the day on which somebody looks at it again.
CREATE TABLE idea_step (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  idea    TEXT NOT NULL,
  what    TEXT NOT NULL CHECK (what IN ('accepted', 'later', 'no', 'followed')),
  reason  TEXT NOT NULL,
  basis   TEXT NOT NULL,
  again   TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX idea_step_idea ON idea_step (idea);
