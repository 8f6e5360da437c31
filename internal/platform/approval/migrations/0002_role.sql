-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- In which role somebody proposed: the act is theirs once it is done, in that role and not
-- in that of whoever agreed.
ALTER TABLE approval_proposal ADD COLUMN role TEXT NOT NULL DEFAULT '';
