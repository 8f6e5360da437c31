-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Which provider or directory gives a mandate, by a group in which the person is; empty where
-- somebody decided it here. Such a one ends with the group and not by hand.
ALTER TABLE role_mandate ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE INDEX role_mandate_source ON role_mandate (source, person) WHERE source <> '';
