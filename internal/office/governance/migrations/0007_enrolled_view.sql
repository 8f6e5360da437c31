-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- All people, open or closed, with their accounts, for the room that keeps them in step with a directory.
CREATE VIEW governance_enrolled_view AS SELECT id, org, login, name, folded, level, created, ended FROM governance_person;
