-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- answers is the beginning of what was answered in words, folded, for the search. It has no part
-- in the order of names. A case of before has none until an answer changes.
ALTER TABLE casework_case ADD COLUMN answers TEXT NOT NULL DEFAULT '';
