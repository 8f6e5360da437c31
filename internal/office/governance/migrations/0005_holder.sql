-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- People as the room of roles needs them: who can hold one, and what the account may by itself.
CREATE VIEW governance_holder_view AS SELECT id, org, name, folded, login, level, ended FROM governance_person;
